import { z } from 'zod';
import { moment, name, text } from './fields.js';

/** Said of every key that is refused, so that nobody learns which keys others use. */
export const HMAC_KEY_RULE = 'Must have 32 to 256 characters and belong to no other run task.';

/** A key that the caller chose; used as its UTF-8 bytes. */
export const suppliedHmacKey = z.string().min(32, HMAC_KEY_RULE).max(256, HMAC_KEY_RULE);

const coordinate = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/, 'Must be base64url.');
/** Base64url of 2,048 to 8,192 bits. */
const modulus = z.string().min(342, 'Must have at least 2,048 bits.').max(1_366);
const labels = {
  kid: text.optional(),
  use: z.literal('enc').optional(),
  alg: text.optional(),
};

/** A public key that a new HMAC key can be sealed to. */
export const publicKey = z
  .discriminatedUnion('kty', [
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.enum(['P-256', 'P-384', 'P-521']),
      x: coordinate,
      y: coordinate,
      ...labels,
    }),
    z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: coordinate, ...labels }),
    z.strictObject({ kty: z.literal('RSA'), n: modulus, e: coordinate, ...labels }),
  ])
  .meta({ id: 'PublicKey', description: 'A public key as JWK (RFC 7517): P-256, P-384, P-521, X25519 or RSA.' });

/** How a key that is shown once is handed over; in clear when absent. */
export const deliver = z.strictObject({ sealedTo: publicKey }).meta({
  id: 'KeyDelivery',
  description:
    'Hands the key over as `sealedHmacKey` instead of `hmacKey`: a compact JWE (RFC 7516), ECDH-ES+A256KW or RSA-OAEP-256 with A256GCM, that the private key opens.',
});

/** The secret of a new key, in the one answer that holds it: one of the two. */
export const shownOnce = {
  hmacKey: z.string().optional().meta({ description: 'Only in the response that created the key.' }),
  sealedHmacKey: z
    .string()
    .optional()
    .meta({ description: 'The key as compact JWE, in place of `hmacKey` where `deliver` asked for it.' }),
};

/** A key without its secret. */
export const hmacKeyInfo = z
  .object({
    id: text,
    fingerprint: text.meta({ description: 'First 8 hex digits of SHA-256 of the key.' }),
    state: z.enum(['active', 'retiring', 'revoked']),
    lastUsedAt: moment.nullable().meta({ description: 'When it last verified a request, to the minute.' }),
    retiresAt: moment
      .nullable()
      .meta({ description: 'When a retiring key stops, if the newer key has verified a request by then.' }),
    extendedAt: moment
      .nullable()
      .meta({ description: 'When its overlap was over and prolonged, since no request had used the newer key.' }),
    revokedAt: moment.nullable(),
    createdAt: moment,
  })
  .meta({ id: 'HmacKey' });

/** Body of a rotation. */
export const newHmacKey = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(8_760)
      .default(72)
      .meta({ description: 'How long the keys before it stay valid; 0 revokes them at once.' }),
    hmacKey: suppliedHmacKey.optional().meta({ description: 'Made for you when absent.' }),
    deliver: deliver.optional(),
  })
  .meta({ id: 'NewHmacKey' });

/** Answer to a rotation. */
export const createdHmacKey = z
  .object({
    id: text,
    ...shownOnce,
    hmacKeyFingerprint: text,
    retiring: z.array(hmacKeyInfo).readonly().meta({ description: 'The keys before it that stay valid for now.' }),
  })
  .meta({ id: 'CreatedHmacKey' });

/** Path of one key. */
export const hmacKeyPath = z.strictObject({ org: name, name, id: z.uuid() });

/** Why requests of one minute were refused. */
export const refusal = z
  .object({
    reason: z.enum(['bad_signature', 'not_json', 'not_a_request', 'callback_off_origin', 'origin_not_approved']),
    cause: z
      .enum([
        'unsigned',
        'key_with_blanks',
        'key_read_as_hex',
        'key_read_as_base64',
        'revoked_key',
        'key_of_another_run_task',
        'unknown',
      ])
      .nullable()
      .meta({ description: 'Of a bad signature: what a sample of the requests was signed with.' }),
    minute: moment.meta({ description: 'Beginning of the minute.' }),
    count: z
      .int()
      .meta({ description: 'Requests of that minute; of bad signatures as many as a look once a minute stands for.' }),
    detail: text.meta({ description: 'Of the first one in that minute, with what to do.' }),
  })
  .meta({ id: 'Refusal' });

/** A key without its secret. */
export type HmacKeyBody = z.input<typeof hmacKeyInfo>;
/** A public key that a new HMAC key can be sealed to. */
export type PublicKey = z.output<typeof publicKey>;
/** How a key that is shown once is handed over. */
export type KeyDelivery = z.output<typeof deliver>;
/** Answer to a rotation. */
export type CreatedHmacKey = z.input<typeof createdHmacKey>;
/** Why requests of one minute were refused. */
export type RefusalBody = z.input<typeof refusal>;
