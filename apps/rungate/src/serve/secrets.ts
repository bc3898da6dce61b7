import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '@rungate/config';

/** What a process must know to serve; made once in the data directory where the environment does not say. */
export interface ServingSecrets {
  /** Base64, 32 bytes each, newest first. */
  readonly encryptionKeys: readonly string[];
  readonly bootstrapToken: string | null;
}

const SECRET_BYTES = 32;

/** Embedded mode generates what is missing; otherwise the environment had to give it. */
export function servingSecrets({ database, dataDir, encryptionKeys, bootstrapToken }: Config): ServingSecrets {
  const given = encryptionKeys.map((key) => key.reveal());
  if (database.kind === 'external') return { encryptionKeys: given, bootstrapToken: bootstrapToken?.reveal() ?? null };
  return {
    encryptionKeys: given.length > 0 ? given : keptEncryptionKeys(dataDir),
    bootstrapToken: bootstrapToken?.reveal() ?? kept(path.join(dataDir, 'bootstrap-token'), 'base64url'),
  };
}

/** The keys of embedded mode, written as in `RUNGATE_ENCRYPTION_KEY`: several, newest first, while they are rotated. */
export function keptEncryptionKeys(dataDir: string): readonly string[] {
  return kept(path.join(dataDir, 'encryption-key'), 'base64')
    .split(',')
    .map((key) => key.trim());
}

/** The same in every process with the same keys, so that a page begun at one can go on at another. */
export function cursorKey([newest = '']: readonly string[]): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(newest, 'base64'), '', 'rungate cursor', 32));
}

/** A random secret in a file that only its owner reads; the same at every start. */
function kept(file: string, encoding: 'base64' | 'base64url'): string {
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(SECRET_BYTES).toString(encoding)}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}
