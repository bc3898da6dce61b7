import { randomBytes } from 'node:crypto';
import { TESTER } from '@rungate/run-task/testing';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, type ClientBase } from 'pg';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';
import { addressFor } from './address.js';
import { PLATFORM_TRAIL } from './audit/link.js';
import { errorCode } from './error-code.js';
import { loginPasswords, LOGINS, type LoginName } from './logins.js';
import { openLoginPool } from './open-login-pool.js';
import { PostgresOrganizationGate } from './organization-gate.js';

jest.setTimeout(60_000);

const DENIED = '42501';
/** What organizations neither see nor write. */
const UNSEEN = [
  'audit_chain',
  'audit_checkpoints',
  'audit_trails',
  'audit_unchained',
  'login_attempts',
  'organization_schedule',
  'used_assertions',
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
    audit_trails: [],
    organizations: ['slug', 'display_name', 'tags', 'managed_by'],
    organization_schedule: [],
    check_deaths: [],
    quarantines: [],
    operations: ['filter'],
    operation_items: [],
  },
  rungate_platform: {
    organizations: [],
    organization_schedule: [],
    organization_views: [],
    run_tasks: [],
    run_task_versions: [],
    // Keyed fingerprints are compared in a batch: they tell that keys are equal, and nothing else.
    hmac_keys: ['sealed_secret'],
    task_results: ['sealed_grant'],
    check_results: [],
    deliveries: [],
    delivery_attempts: [],
    refusals: [],
    terraform_origins: [],
    quarantines: [],
    api_tokens: ['hash'],
    sso_connections: ['sealed_client_secret'],
    sso_domains: [],
    identities: [],
    sessions: ['hash', 'sealed_id_token', 'provider_session'],
    one_time_links: ['hash'],
    audit_events: [],
    audit_chain: [],
    audit_checkpoints: [],
    audit_trails: [],
    audit_unchained: [],
    operations: [],
    operation_items: [],
    task_inputs: ['sealed_plan'],
    plan_changes: [],
    reevaluations: [],
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
    await fillTables(db, [a.organization.id, b.organization.id]);
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

  it('finds rows of both organizations in every table that there is', async () => {
    for (const table of await tablesOf(db)) {
      const [row] = await db.query<{ count: number }>(
        `SELECT count(DISTINCT ${key(table)})::integer FROM ${table} WHERE ${key(table)} = ANY ($1)`,
        [[a.organization.id, b.organization.id]],
      );
      expect([table, row?.count]).toEqual([table, 2]);
    }
  });

  const settings = (): Record<string, string | null> => ({
    absent: null,
    empty: '',
    a: a.organization.id,
    b: b.organization.id,
  });

  it.each(LOGINS)('%s sees of every table what it may, whatever organization is set', async (login) => {
    for (const table of await tablesOf(db)) {
      for (const [name, setting] of Object.entries(settings())) {
        const seen = await organizationsSeen(as(login), table, setting);
        const wanted = expected(login, table, setting, [a.organization.id, b.organization.id]);
        expect({ table, name, seen }).toEqual({ table, name, seen: wanted });
      }
    }
  });

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
        `find_hooks(ARRAY['x'])`,
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

  it.each(LOGINS)('%s copies out no more than it may read', async (login) => {
    for (const table of await tablesOf(db)) {
      const said = await outcome(as(login), `COPY ${table} TO STDOUT`, a.organization.id);
      const mine = await organizationsSeen(as(login), table, a.organization.id);
      // A right to some columns is none to copy all of them.
      if (login !== 'rungate_organization')
        expect([table, said]).toEqual([table, typeof mine === 'string' ? DENIED : said]);
      else if (said !== DENIED) expect([table, said]).toEqual([table, await rowsOf(db, table, a.organization.id)]);
    }
  });

  it.each(LOGINS)('%s reads no statement of another login', async (login) => {
    await Promise.all(LOGINS.map((other) => as(other).query(`SELECT 'said by ${other}'`)));
    const { rows } = await as(login).query<{ usename: string; query: string }>(
      `SELECT usename, query FROM pg_stat_activity WHERE usename LIKE 'rungate%' AND usename <> current_user`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ query }) => query))).toEqual(new Set(['<insufficient privilege>']));
  });

  it('forgets the organization with the end of its transaction, however it ends, on a connection that many share', async () => {
    const shared = as('rungate_organization');
    const seen = async (): Promise<string[]> => {
      const { rows } = await shared.query<{ id: string }>('SELECT id FROM organizations');
      return rows.map(({ id }) => id);
    };
    for (const end of ['COMMIT', 'ROLLBACK']) {
      for (const { organization } of [a, b, a]) {
        await shared.query('BEGIN');
        await shared.query(`SELECT set_config('app.organization', $1, true)`, [organization.id]);
        expect(await seen()).toEqual([organization.id]);
        await shared.query(end);
        expect(await seen()).toEqual([]);
      }
    }
    await shared.query('BEGIN');
    await shared.query(`SELECT set_config('app.organization', $1, true)`, [a.organization.id]);
    await expect(shared.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
    await shared.query('COMMIT');
    expect(await seen()).toEqual([]);
    expect(await organizationsSeen(shared, 'organizations', `${a.organization.id}' OR true --`)).toBe('22P02');
  });

  it('gives each piece of work its own organization, where one connection serves them all', async () => {
    const pool = openLoginPool('rungate_organization', { ...db, pools: { rungate_organization: 1 } });
    const gate = new PostgresOrganizationGate(pool);
    const see = (tx: ClientBase): Promise<string[]> =>
      tx.query<{ id: string }>('SELECT id FROM organizations').then(({ rows }) => rows.map(({ id }) => id));
    const fail = (tx: ClientBase): Promise<string[]> => tx.query('SELECT 1 / 0').then(() => []);
    const work = Array.from({ length: 60 }, async (_, turn) => {
      const { organization } = turn % 2 === 0 ? a : b;
      const answer = [gate.withOrganization.bind(gate), gate.atOnce.bind(gate)][turn % 3 === 0 ? 0 : 1];
      const seen = answer?.(organization.id, turn % 5 === 0 ? fail : see);
      if (turn % 5 === 0) await expect(seen).rejects.toThrow('division');
      else expect(await seen).toEqual([organization.id]);
    });
    await Promise.all(work);
    expect((await pool.query('SELECT FROM organizations')).rowCount).toBe(0);
    await pool.end();
  });

  it('sets the organization in two files, and nowhere else', () => {
    const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .filter((file) => readFileSync(path.join(__dirname, file), 'utf8').includes(`'app.organization'`));
    expect(files.sort()).toEqual(['organization-gate.ts', 'prisma.ts']);
  });
});

/** Every table, partition and view with an organization, whoever added it. */
async function tablesOf(db: Pick<TestPostgres, 'query'>): Promise<readonly string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND (c.relname = 'organizations'
       OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id'))
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function rowsOf({ query }: Pick<TestPostgres, 'query'>, table: string, organizationId: string): Promise<string> {
  const rows = await query<{ n: string }>(`SELECT count(*) AS n FROM ${table} WHERE ${key(table)} = $1`, [
    organizationId,
  ]);
  return rows[0]?.n ?? '';
}

/** What a column without a default gets, by its type, where only the organization of the row matters. */
const FILLER: Readonly<Record<string, string>> = {
  uuid: 'gen_random_uuid()',
  text: 'gen_random_uuid()::text',
  bytea: `decode(replace(gen_random_uuid()::text, '-', ''), 'hex')`,
  integer: '1',
  bigint: '1',
  'double precision': '1',
  boolean: 'false',
  jsonb: `'{}'`,
  json: `'{}'`,
  'text[]': `'{}'`,
  inet: `'192.0.2.1'`,
  cidr: `'192.0.2.0/24'`,
};

/** A row of each organization for every table that has none of it: of no use, except that it may be seen or not. */
async function fillTables(db: TestPostgres, organizationIds: readonly string[]): Promise<void> {
  await db.query('SET session_replication_role = replica');
  for (const table of await tablesOf(db)) {
    const columns = await db.query<{ name: string; type: string }>(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attname <> 'organization_id'`,
      [table],
    );
    for (const id of organizationIds) {
      if ((await rowsOf(db, table, id)) !== '0') continue;
      await dropChecks(db, table);
      const values = columns.map(({ type }) => (type.startsWith('timestamp') ? 'now()' : (FILLER[type] ?? 'NULL')));
      const names = ['organization_id', ...columns.map(({ name }) => name)];
      await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${[`'${id}'`, ...values].join(', ')})`);
    }
  }
  await db.query('SET session_replication_role = origin');
}

async function dropChecks(db: TestPostgres, table: string): Promise<void> {
  const checks = await db.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`,
    [table],
  );
  for (const { name } of checks) await db.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
}

/** An organization with what accept, decide and the management API write. */
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
    const { rows } = await client.query<{ id: string | null }>(
      `SELECT DISTINCT ${key(table)} AS id FROM ${table} ORDER BY 1`,
    );
    // What belongs to no organization is the platform's.
    return rows.flatMap(({ id }) => (id === null || id === PLATFORM_TRAIL ? [] : [id]));
  } catch (error) {
    return errorCode(error) ?? 'unknown';
  } finally {
    await client.query('ROLLBACK');
  }
}

function expected(login: LoginName, table: string, setting: string | null, all: string[]): string[] | string {
  if (login === 'rungate_organization') return UNSEEN.includes(table) ? DENIED : all.filter((id) => id === setting);
  // Its own alone: the rows of organizations are hidden, the table is not.
  if (login === 'rungate_platform' && ['idempotency_keys', 'saved_views'].includes(table)) return [];
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
