import { hmacKey, type HmacKey } from './signature.js';

/** What a refused request was signed with, as far as the keys of its organization tell. */
export const SIGNATURE_CAUSES = [
  'unsigned',
  'key_with_blanks',
  'key_read_as_hex',
  'key_read_as_base64',
  'revoked_key',
  'key_of_another_run_task',
  'unknown',
] as const;
/** One of these. */
export type SignatureCause = (typeof SIGNATURE_CAUSES)[number];

/** Why a signature was refused, and a sentence for a person that says what to do. */
export interface Diagnosis {
  readonly cause: SignatureCause;
  readonly detail: string;
}

/** A way in which a key is entered wrongly. */
type Misreading = 'key_with_blanks' | 'key_read_as_hex' | 'key_read_as_base64';

/** A key of the organization that a request came to, and what it becomes when it is entered wrongly. */
export interface Suspect {
  /** Of the very run task that was called. */
  readonly isOwn: boolean;
  readonly runTask: string;
  readonly fingerprint: string;
  /** When it was revoked or retired; null while it counts. */
  readonly revokedAt: Date | null;
  readonly key: HmacKey;
  readonly misread: readonly { readonly as: Misreading; readonly key: HmacKey }[];
}

const HEX = /^([0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;

/** What a key becomes in the hands of people and programs. Like every key it can verify, and not sign. */
export function misreadings(id: string, secret: string): Suspect['misread'] {
  const trimmed = secret.trim();
  const blank = [`${secret}\n`, `${secret}\r\n`, `${secret} `, ` ${secret}`, `${secret}\t`, `"${secret}"`];
  return [
    ...[...blank, ...(trimmed === secret ? [] : [trimmed])].map((text) => ({
      as: 'key_with_blanks' as const,
      key: hmacKey(id, text),
    })),
    ...(HEX.test(secret) ? [{ as: 'key_read_as_hex' as const, key: hmacKey(id, Buffer.from(secret, 'hex')) }] : []),
    ...(BASE64.test(secret)
      ? [{ as: 'key_read_as_base64' as const, key: hmacKey(id, Buffer.from(secret, 'base64')) }]
      : []),
  ];
}

/** Bytes of a body above which nothing is tried: a diagnosis must stay cheap, and requests are a hundredth of it. */
const BODY_LIMIT = 64 * 1024;

/**
 * Finds out what a refused request was signed with. Null when it was signed rightly after all: the key was not known yet.
 * The answer to the request was sent before, and stays what it was.
 */
export function diagnose(suspects: readonly Suspect[], rawBody: Uint8Array, signature: string): Diagnosis | null {
  if (rawBody.byteLength > BODY_LIMIT) return UNKNOWN;
  for (const suspect of suspects) {
    if (suspect.key.verify(rawBody, signature)) return signedWith(suspect);
    const misread = suspect.isOwn ? suspect.misread.find(({ key }) => key.verify(rawBody, signature)) : undefined;
    if (misread !== undefined) return { cause: misread.as, detail: WRONGLY_ENTERED[misread.as](suspect.fingerprint) };
  }
  return UNKNOWN;
}

function signedWith({ isOwn, runTask, fingerprint, revokedAt }: Suspect): Diagnosis | null {
  if (!isOwn) {
    const detail = `Signed with the HMAC key ${fingerprint} of the run task ${runTask}. Enter the key of this run task.`;
    return { cause: 'key_of_another_run_task', detail };
  }
  if (revokedAt === null) return null;
  const detail = `Signed with the HMAC key ${fingerprint}, which ended at ${revokedAt.toISOString()}. Enter the newest key.`;
  return { cause: 'revoked_key', detail };
}

const WRONGLY_ENTERED: Readonly<Record<Misreading, (fingerprint: string) => string>> = {
  key_with_blanks: (fingerprint) =>
    `Signed with the HMAC key ${fingerprint} and a line break, blanks or quotes around it. Enter the key without them.`,
  key_read_as_hex: (fingerprint) =>
    `Signed with the bytes that the HMAC key ${fingerprint} spells in hex. Use its characters as they are.`,
  key_read_as_base64: (fingerprint) =>
    `Signed with the bytes that the HMAC key ${fingerprint} spells in base64. Use its characters as they are.`,
};

const UNKNOWN: Diagnosis = {
  cause: 'unknown',
  detail: 'The signature matches none of the HMAC keys of this organization, nor a usual mistake with one.',
};

/** Of a request whose header is no signature at all. */
export function diagnoseHeader(header: unknown): Diagnosis {
  if (header === undefined || header === '') {
    const detail = 'The request is not signed: the run task has no HMAC key in Terraform. Enter it there.';
    return { cause: 'unsigned', detail };
  }
  return { cause: 'unknown', detail: 'The signature is not the 128 hex digits of HMAC-SHA512.' };
}
