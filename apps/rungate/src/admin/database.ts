import { readAdminConfig, type Environment } from '@rungate/config';
import { parseMasterKeys, type MasterKeys } from '@rungate/postgres';
import { findEmbeddedPostgres } from '@rungate/postgres/embedded';
import { keptEncryptionKeys } from '../serve/secrets.js';
import { AdminError } from './errors.js';

/** The database of an installation, reached beside its server. */
export interface AdminDatabase {
  /** With the login that migrates. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
}

/**
 * Finds the database and the keys of the installation that the environment describes.
 * @throws AdminError or ConfigError, which say what to do.
 */
export function findAdminDatabase(env: Environment): AdminDatabase {
  const { database, dataDir, encryptionKeys } = readAdminConfig(env);
  const given = encryptionKeys.map((key) => key.reveal());
  if (database.kind === 'external') return { url: database.migrationUrl.reveal(), masterKeys: parseMasterKeys(given) };
  const url = findEmbeddedPostgres(dataDir);
  if (url === null) {
    const remedy =
      'Start the server (rungate serve) and run this beside it, with the same RUNGATE_DATA_DIR; or set DATABASE_URL.';
    throw new AdminError('not_running', `No embedded Postgres runs on the data directory ${dataDir}. ${remedy}`);
  }
  return { url, masterKeys: parseMasterKeys(given.length > 0 ? given : keptEncryptionKeys(dataDir)) };
}
