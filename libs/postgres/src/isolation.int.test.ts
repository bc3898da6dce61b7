import { randomBytes } from 'node:crypto';
import { TESTER } from '@rungate/run-task/testing';
import { Client } from 'pg';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';
import { addressFor } from './address.js';
import { errorCode } from './error-code.js';
import { loginPasswords, LOGINS, type LoginName } from './logins.js';

jest.setTimeout(60_000);

const DENIED = '42501';
const TABLES = [
  'organizations',
  'data_keys',
  'run_tasks',
  'run_task_versions',
  'hmac_keys',
  'task_results',
  'check_results',
  'deliveries',
  'delivery_attempts',
  'refusals',
  'api_tokens',
  'audit_events',
];
/** Tables whose rows a login may see of every organization, with the columns that stay hidden. */
const SEES_ALL: Partial<Record<LoginName, Record<string, string[]>>> = {
  rungate_flow: {
    task_results: [
      'facts',
      'sealed_grant',
      'message',
      'reason',
      'body_hash',
      'run_id',
      'workspace_name',
      'task_result_id',
    ],
    deliveries: ['callback', 'reason', 'created_at', 'ended_at'],
  },
  rungate_platform: {
    organizations: [],
    run_tasks: [],
    run_task_versions: [],
    hmac_keys: ['sealed_secret', 'keyed_fingerprint'],
    task_results: ['sealed_grant'],
    check_results: [],
    deliveries: [],
    delivery_attempts: [],
    refusals: [],
    api_tokens: ['hash'],
    audit_events: [],
  },
};

describe('what each login may see', () => {
  let db: TestPostgres;
  let a: TestOrganization;
  let b: TestOrganization;
  const clients = new Map<LoginName, Client>();

  beforeAll(async () => {
    db = await startTestPostgres();
    a = await withRows(db, 'acme');
    b = await withRows(db, 'globex');
    for (const login of LOGINS) clients.set(login, await connect(db, login));
  });
  afterAll(async () => {
    await Promise.all([...clients.values()].map((client) => client.end()));
    await db.close();
  });

  const as = (login: LoginName): Client => {
    const client = clients.get(login);
    if (client === undefined) throw new Error(`${login} is not connected`);
    return client;
  };

  it('walks every table that there is', async () => {
    const rows = await db.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
       AND relname <> '_prisma_migrations' ORDER BY 1`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual([...TABLES].sort());
    const unforced = await db.query(
      `SELECT relname FROM pg_class WHERE relname = ANY ($1) AND NOT (relrowsecurity AND relforcerowsecurity)`,
      [TABLES],
    );
    expect(unforced).toEqual([]);
    for (const table of TABLES) {
      const [row] = await db.query<{ count: string }>(`SELECT count(DISTINCT ${key(table)}) FROM ${table}`);
      expect(`${table} ${row?.count ?? ''}`).toBe(`${table} 2`);
    }
  });

  const settings = (): Record<string, string | null> => ({
    absent: null,
    empty: '',
    a: a.organization.id,
    b: b.organization.id,
  });

  it.each(LOGINS.flatMap((login) => TABLES.map((table) => [login, table] as const)))(
    '%s sees of %s what it may, whatever organization is set',
    async (login, table) => {
      for (const [name, setting] of Object.entries(settings())) {
        const seen = await organizationsSeen(as(login), table, setting);
        const wanted = expected(login, table, setting, [a.organization.id, b.organization.id]);
        expect({ name, seen }).toEqual({ name, seen: wanted });
      }
    },
  );

  it.each(
    LOGINS.flatMap((login) =>
      Object.entries(SEES_ALL[login] ?? {}).map(([table, hidden]) => ({ login, table, hidden })),
    ),
  )('$login cannot read $hidden of $table', async ({ login, table, hidden }) => {
    for (const column of hidden) {
      expect(`${column} ${await outcome(as(login), `SELECT ${column} FROM ${table}`)}`).toBe(`${column} ${DENIED}`);
    }
  });

  it.each(LOGINS)('%s cannot make itself more than it is', async (login) => {
    const attempts = [
      'SET ROLE rungate_definer',
      'SET ROLE rungate_owner',
      'SET SESSION AUTHORIZATION rungate_owner',
      'ALTER TABLE task_results DISABLE ROW LEVEL SECURITY',
      'ALTER TABLE task_results NO FORCE ROW LEVEL SECURITY',
      'DROP POLICY organization ON task_results',
      'CREATE TABLE mine ()',
      `ALTER ROLE ${login} BYPASSRLS`,
      'GRANT rungate_platform TO ' + login,
      'DELETE FROM task_results',
      'DELETE FROM run_task_versions',
      `UPDATE run_task_versions SET author = 'somebody else'`,
      `UPDATE check_results SET status = 'passed'`,
      `COPY task_results TO PROGRAM 'cat'`,
    ];
    for (const sql of attempts) {
      const said = await outcome(as(login), sql);
      expect(`${sql}: ${said}`).toMatch(/: (42501|42P01|0LP01)$/);
    }
    await as(login).query('RESET ALL');
    const { rows } = await as(login).query<{ now: string }>('SELECT current_user AS now');
    expect(rows).toEqual([{ now: login }]);
  });

  it.each(['rungate_organization', 'rungate_flow', 'rungate_platform', 'rungate_queue'] as const)(
    '%s cannot call what is for ingress',
    async (login) => {
      for (const call of [
        `find_hook('x')`,
        `note_refusal('${a.organization.id}', '${a.runTask.id}', 'not_json', '')`,
      ]) {
        expect(await outcome(as(login), `SELECT ${call}`)).toBe(DENIED);
      }
    },
  );

  it('lets an organization write into no other, even by an id that it knows', async () => {
    const client = as('rungate_organization');
    const into = (sql: string): Promise<string> => outcome(client, sql, a.organization.id);
    expect(await into(`UPDATE task_results SET message = 'x' WHERE organization_id = '${b.organization.id}'`)).toBe(
      '0',
    );
    expect(await into(`UPDATE organizations SET weight = 100 WHERE id = '${b.organization.id}'`)).toBe('0');
    const insert = `INSERT INTO deliveries (organization_id, id, task_result_id, kind, callback, deadline)
      SELECT '${b.organization.id}', gen_random_uuid(), '${a.runTask.id}', 'progress', '{}', now()`;
    expect(await into(insert)).toBe(DENIED);
  });

  it('finds a row of a growing table without looking through those of its organization', async () => {
    const rows = await db.query<{ name: string }>(
      `
      SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_attribute first ON first.attrelid = i.indrelid AND first.attnum = i.indkey[0]
      JOIN pg_class t ON t.oid = i.indrelid
      WHERE t.relname = ANY ($1) AND first.attname = 'organization_id' ORDER BY 1`,
      [['task_results', 'check_results', 'deliveries', 'delivery_attempts']],
    );
    // A plan that was made while the tables were empty would take any of these for as good as the right one.
    // This one counts the undecided of an organization; no other statement asks for `verdict IS NULL` of one.
    expect(rows).toEqual([{ name: 'task_results_undecided' }]);
  });

  it('has one unique index across organizations for each reason, and no other', async () => {
    const rows = await db.query<{ name: string }>(
      `
      SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_class t ON t.oid = i.indrelid
      WHERE i.indisunique AND t.relname = ANY ($1) AND NOT EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attname = 'organization_id' AND a.attnum = ANY (i.indkey::int2[])
      ) ORDER BY 1`,
      [TABLES],
    );
    expect(rows.map(({ name }) => name)).toEqual(
      [
        // A token is found by its hash, without knowing whose it is.
        'api_tokens_hash_key',
        'api_tokens_pkey',
        'audit_events_pkey',
        // One key for two run tasks would let one answer for the other: found by keyed fingerprint alone.
        'hmac_keys_in_use',
        // Ids of rows are random, so that a clash tells nothing.
        'hmac_keys_pkey',
        'organizations_pkey',
        // Part of addresses.
        'organizations_slug_key',
        // 128 random bits, from which the organization is found.
        'run_tasks_hook_id_key',
        'run_task_versions_pkey',
        'run_tasks_pkey',
      ].sort(),
    );
  });
});

/** An organization with at least one row in every table. */
async function withRows(db: TestPostgres, slug: string): Promise<TestOrganization> {
  const { hooks, schedule, tasks } = db.postgres;
  const organization = await anOrganization(db, slug);
  await hooks.recordTaskResult(organization.request('taskrs-1'));
  await hooks.noteRefusal(organization.hook, { reason: 'not_json', detail: 'x' });
  const [lease] = await schedule.claim('worker', 1);
  if (lease === undefined) throw new Error('nothing to claim');
  await tasks.decide(lease, aDecision());
  await db.postgres.apiTokens.create({
    organizationId: organization.organization.id,
    name: 'ci',
    role: 'viewer',
    managedBy: null,
    hash: randomBytes(32),
    lastFour: 'abcd',
    expiresInDays: 1,
    by: TESTER,
  });
  return organization;
}

async function connect(db: TestPostgres, login: LoginName): Promise<Client> {
  const [password] = loginPasswords(db.masterKeys, login);
  const client = new Client({ connectionString: addressFor(db.url, { user: login, password: password.reveal() }) });
  await client.connect();
  return client;
}

function key(table: string): string {
  return table === 'organizations' ? 'id' : 'organization_id';
}

/** Ids of the organizations whose rows are seen, or the code of the refusal. */
async function organizationsSeen(client: Client, table: string, setting: string | null): Promise<string[] | string> {
  await client.query('BEGIN');
  try {
    if (setting !== null) await client.query(`SELECT set_config('app.organization', $1, true)`, [setting]);
    const { rows } = await client.query<{ id: string }>(`SELECT DISTINCT ${key(table)} AS id FROM ${table} ORDER BY 1`);
    return rows.map(({ id }) => id);
  } catch (error) {
    return errorCode(error) ?? 'unknown';
  } finally {
    await client.query('ROLLBACK');
  }
}

function expected(login: LoginName, table: string, setting: string | null, all: string[]): string[] | string {
  if (login === 'rungate_organization') return all.filter((id) => id === setting);
  return SEES_ALL[login]?.[table] === undefined ? DENIED : [...all].sort();
}

/** The number of rows changed, or the code of the refusal. */
async function outcome(client: Client, sql: string, organizationId = ''): Promise<string> {
  await client.query('BEGIN READ WRITE');
  try {
    await client.query(`SELECT set_config('app.organization', $1, true)`, [organizationId]);
    return String((await client.query(sql)).rowCount);
  } catch (error) {
    return errorCode(error) ?? String(error);
  } finally {
    await client.query('ROLLBACK');
  }
}
