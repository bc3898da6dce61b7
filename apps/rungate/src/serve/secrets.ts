import { randomBytes } from 'node:crypto';
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
    encryptionKeys: given.length > 0 ? given : [kept(path.join(dataDir, 'encryption-key'), 'base64')],
    bootstrapToken: bootstrapToken?.reveal() ?? kept(path.join(dataDir, 'bootstrap-token'), 'base64url'),
  };
}

/** A random secret in a file that only its owner reads; the same at every start. */
function kept(file: string, encoding: 'base64' | 'base64url'): string {
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(SECRET_BYTES).toString(encoding)}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}
