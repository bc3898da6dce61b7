import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { ClientBase } from 'pg';
import { PostgresError } from './errors.js';
import type { MasterKeys } from './master-keys.js';
import { Secret } from './secret.js';

/** Who serves: none of them owns anything, and each sees what its work needs. */
export const LOGINS = [
  'rungate_ingress',
  'rungate_organization',
  'rungate_flow',
  'rungate_platform',
  'rungate_queue',
] as const;

/** One of the serving logins. */
export type LoginName = (typeof LOGINS)[number];

/** What a statement of each may take: a request must be answered in time, and nobody may hold a lock for long. */
const SETTINGS: Readonly<Record<LoginName, Readonly<Record<string, string>>>> = {
  rungate_ingress: { statement_timeout: '2s', lock_timeout: '1s' },
  rungate_organization: { statement_timeout: '15s', lock_timeout: '5s', idle_in_transaction_session_timeout: '30s' },
  rungate_flow: { statement_timeout: '15s', lock_timeout: '5s', idle_in_transaction_session_timeout: '30s' },
  rungate_platform: { statement_timeout: '15s', default_transaction_read_only: 'on' },
  rungate_queue: {},
};

/** Passwords to try, newest master key first. */
export function loginPasswords(
  masterKeys: MasterKeys,
  login: LoginName,
): readonly [Secret<string>, ...Secret<string>[]] {
  const [newest, ...older] = masterKeys
    .derive(`login ${login}`)
    .map(({ key }) => new Secret(key.reveal().toString('hex')));
  if (newest === undefined) throw new PostgresError('bad_key', 'There is no master key.');
  return [newest, ...older];
}

/**
 * Lets the serving logins in with passwords from the newest master key. They belong to the whole cluster, so the last
 * database that is migrated sets them.
 * @throws PostgresError `migration_failed` when the migrating login may not.
 */
export async function openLogins(client: ClientBase, masterKeys: MasterKeys): Promise<void> {
  for (const login of LOGINS) {
    const [password] = loginPasswords(masterKeys, login);
    await alter(client, `ALTER ROLE ${login} LOGIN PASSWORD '${verifier(login, password.reveal())}'`);
    // A login may set defaults of its own, such as another organization's id: none outlives a start.
    await alter(client, `ALTER ROLE ${login} RESET ALL`);
    for (const [name, value] of Object.entries(SETTINGS[login])) {
      await alter(client, `ALTER ROLE ${login} SET ${name} = '${value}'`);
    }
  }
}

const TRIES = 20;
/** Another database of the cluster is being migrated at this moment; logins and their settings belong to all. */
const AT_ONCE = /tuple concurrently (updated|deleted)|pg_db_role_setting_databaseid_rol_index/;

async function alter(client: ClientBase, statement: string): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      await client.query(statement);
      return;
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : '';
      if (left > 1 && AT_ONCE.test(said)) continue;
      throw new PostgresError(
        'migration_failed',
        `The migrating login cannot set up the serving logins: ${said}. It needs CREATEROLE, and to have created them.`,
        { cause },
      );
    }
  }
}

const ITERATIONS = 4_096;

/**
 * What Postgres keeps of a password (RFC 5803), made here so that the password itself never crosses the wire or lands
 * in a server's log. The salt is derived: equal input gives an equal statement.
 */
function verifier(login: string, password: string): string {
  const salt = createHash('sha256').update(`${login} ${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
