import { addressFor } from './address.js';
import { PostgresError } from './errors.js';
import { checkLogin } from './login-check.js';
import { LoginPool } from './login-pool.js';
import { loginPasswords, type LoginName } from './logins.js';
import type { MasterKeys } from './master-keys.js';
import type { Secret } from './secret.js';

/** The logins that serve our own tables; `rungate_queue` is the queue's. */
export type ServingLogin = Exclude<LoginName, 'rungate_queue'>;

/** Where the database is, and what its logins are made from. */
export interface LoginPoolSource {
  /** Host, port, database and parameters count; its login does not. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
  /** Connections per login at most. */
  readonly pools?: Partial<Readonly<Record<ServingLogin, number>>> | undefined;
  /** Logins that an operator made in place of ours. */
  readonly logins?: Partial<Readonly<Record<ServingLogin, OwnLogin>>> | undefined;
}

/** A login that an operator made in place of one of ours. */
export interface OwnLogin {
  readonly user: string;
  readonly password: Secret<string>;
}

/** What each may hold and how long it may wait. Accept answers within 2 s whatever the database does. */
const LIMITS = {
  rungate_ingress: { size: 10, warm: 5, queryTimeoutMs: 1_000, connectTimeoutMs: 900 },
  rungate_organization: { size: 10, warm: 1, queryTimeoutMs: 20_000, connectTimeoutMs: 3_000, pipeline: true },
  rungate_flow: { size: 4, warm: 1, queryTimeoutMs: 20_000, connectTimeoutMs: 3_000, pipeline: true },
  rungate_platform: { size: 4, warm: 1, queryTimeoutMs: 20_000, connectTimeoutMs: 3_000 },
} as const;

/** The connections of a serving login; it opens none yet. */
export function openLoginPool(login: ServingLogin, { url, masterKeys, pools, logins }: LoginPoolSource): LoginPool {
  const own = logins?.[login];
  const limits = LIMITS[login];
  return new LoginPool({
    ...limits,
    url,
    user: own?.user ?? login,
    passwords: own === undefined ? loginPasswords(masterKeys, login) : [own.password],
    keyIds: masterKeys.ids(),
    size: pools?.[login] ?? limits.size,
  });
}

/**
 * The address that the queue connects to, as a login that sees the schema `bullmq` and nothing else. Ask again for each new
 * connection: while a master key is rotated, the password changes to that of another listed key.
 * @throws PostgresError `login_refused` or `unsafe_login`.
 */
export async function queueAddress(source: Pick<LoginPoolSource, 'url' | 'masterKeys'>): Promise<() => string> {
  let current = await workingQueueAddress(source);
  if (source.masterKeys.ids().length === 1) return () => current;
  return () => {
    // Whoever was refused with this one is told the right one when it asks again.
    void workingQueueAddress(source).then(
      (working) => (current = working),
      () => undefined,
    );
    return current;
  };
}

async function workingQueueAddress({ url, masterKeys }: Pick<LoginPoolSource, 'url' | 'masterKeys'>): Promise<string> {
  const login = { ...LIMITS.rungate_flow, url, user: 'rungate_queue', size: 1, warm: 0, keyIds: masterKeys.ids() };
  for (const password of loginPasswords(masterKeys, 'rungate_queue')) {
    const pool = new LoginPool({ ...login, passwords: [password] });
    try {
      await checkLogin(pool);
      return addressFor(url, { user: login.user, password: password.reveal() });
    } catch (error) {
      if (!(error instanceof PostgresError) || error.code !== 'login_refused') throw error;
    } finally {
      await pool.end();
    }
  }
  throw new PostgresError(
    'login_refused',
    'Postgres refuses the login rungate_queue. Is the database migrated, and RUNGATE_ENCRYPTION_KEY the same for every process?',
  );
}
