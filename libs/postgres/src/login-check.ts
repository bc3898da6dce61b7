import { PostgresError } from './errors.js';
import { isWrongPassword, type LoginPool } from './login-pool.js';

/**
 * Refuses a login that could change its own rules, in this database or the whole cluster.
 * @throws PostgresError `unsafe_login` or `login_refused`.
 */
export async function checkLogin(pool: LoginPool): Promise<void> {
  const { rows } = await questions(pool);
  const [answers] = rows;
  const wrong = DANGERS.filter(({ name }) => answers?.[name] !== false);
  if (wrong.length === 0) return;
  throw new PostgresError(
    'unsafe_login',
    `The login ${answers?.login ?? pool.user} must not serve: it ${wrong.map(({ says }) => says).join(', ')}. Serve with the logins that the migration makes.`,
  );
}

const DANGERS = [
  { name: 'superuser', says: 'is a superuser' },
  { name: 'bypass', says: 'bypasses row-level security' },
  { name: 'creator', says: 'may create roles' },
  { name: 'owner', says: 'owns a table or schema, or is a member of an owner' },
] as const;

type Answers = Readonly<Record<(typeof DANGERS)[number]['name'], boolean>> & { readonly login: string };

async function questions(pool: LoginPool): Promise<{ rows: Answers[] }> {
  try {
    return await pool.query<Answers>(`
      SELECT rolname AS login, rolsuper AS superuser, rolbypassrls AS bypass, rolcreaterole AS creator,
        EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('public', 'bullmq') AND pg_has_role(current_user, c.relowner, 'MEMBER'))
        OR EXISTS (SELECT FROM pg_namespace n
                   WHERE n.nspname IN ('public', 'bullmq') AND pg_has_role(current_user, n.nspowner, 'MEMBER')) AS owner
      FROM pg_roles WHERE rolname = current_user`);
  } catch (cause) {
    if (!isWrongPassword(cause)) throw cause;
    throw new PostgresError(
      'login_refused',
      `Postgres refuses the login ${pool.user}. Is the database migrated, and RUNGATE_ENCRYPTION_KEY the same for every process?`,
      { cause },
    );
  }
}
