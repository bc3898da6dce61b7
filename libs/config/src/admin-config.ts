import path from 'node:path';
import { ConfigError, type Problem } from './errors.js';
import { readRawValues, type Environment } from './raw-values.js';
import { parseValues, publicUrlOf, toDatabase, type Database } from './read-config.js';
import { encryptionKeyProblems } from './rules.js';
import type { SecretText } from './secret-text.js';

/** What a command needs that works on the database itself. Paths are absolute. */
export interface AdminConfig {
  readonly dataDir: string;
  /** As in `Config`. */
  readonly publicUrl: string;
  readonly database: Database;
  /** As in `Config`. */
  readonly encryptionKeys: readonly SecretText[];
}

/** Reads and checks the environment of such a command; throws one `ConfigError` that lists everything wrong with it. */
export function readAdminConfig(env: Environment): AdminConfig {
  const problems: Problem[] = [];
  const values = parseValues(readRawValues(env, problems), problems);
  if (problems.length === 0) problems.push(...encryptionKeyProblems(values));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    dataDir: path.resolve(values.RUNGATE_DATA_DIR),
    publicUrl: publicUrlOf(values),
    database: toDatabase(values),
    encryptionKeys: values.RUNGATE_ENCRYPTION_KEY ?? [],
  };
}
