import { routes, type CreatedHmacKey } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import { show, type Context } from '../act.js';
import { readPublicKey, readSecretInput } from '../input.js';
import { nameOfRunTask } from '../run-tasks/name.js';
import { fields } from '../table.js';
import type { Named } from './verify.js';

/** How a key is rotated. */
export interface RotateOptions {
  /** How long the keys before it stay valid, milliseconds. */
  readonly overlap: number;
  /** A file with a key to use, or `-`; a new one is made when absent. */
  readonly hmacKeyFile?: string;
  /** A file with a public key as JWK, to which the new key is sealed. */
  readonly recipient?: string;
}

const HOUR_MS = 3_600_000;

/** `rungate run-task rotate`. */
export async function rotateKey(context: Context, { org, name }: Named, options: RotateOptions): Promise<undefined> {
  const { overlap, hmacKeyFile, recipient } = options;
  const params = { org, name: await nameOfRunTask(context.client, org, name) };
  const { body } = await context.client.call(routes.createHmacKey, {
    params,
    body: {
      overlapHours: overlap / HOUR_MS,
      ...(hmacKeyFile === undefined ? {} : { hmacKey: await readSecretInput(hmacKeyFile, '--hmac-key-file') }),
      ...(recipient === undefined ? {} : { deliver: { sealedTo: await readPublicKey(recipient, '--recipient') } }),
    },
  });
  show(context, body, textOf);
}

function textOf({ id, hmacKey, sealedHmacKey, hmacKeyFingerprint, retiring }: CreatedHmacKey): string {
  const kept = retiring.map(({ fingerprint, retiresAt }) => plain`${fingerprint} until ${retiresAt ?? ''}`).join(', ');
  return `${fields([
    ['id', id],
    ['HMAC key', hmacKey ?? sealedHmacKey ?? null],
    ['fingerprint', hmacKeyFingerprint],
    ['still valid', kept],
  ])}The key is shown this once. Put it into the run task in Terraform.\n`;
}
