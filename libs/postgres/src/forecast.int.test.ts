import { anOrganization, startTestPostgres, type TestDatabase, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

let cluster: TestPostgres;
let db: TestDatabase;

beforeAll(async () => {
  cluster = await startTestPostgres();
});
afterAll(() => cluster.close());
beforeEach(async () => {
  db = await cluster.createDatabase();
});

const LOOK_MS = 5_000;
const LONG_S = 6_000;

it('finds those that wait behind more than twice what starts until they are due, first those that are due first', async () => {
  await backlog(60);
  // 1 in 100 seconds; due in 2,025: 40 start even at twice the pace.
  await looked({ everySeconds: LONG_S, claims: 60 });
  await due(2_025);
  const found = await db.postgres.schedule.findHopeless(100, LOOK_MS);
  expect(found).toHaveLength(19);
  expect(found[0]?.forecast.before).toBe(41);
  expect(found[0]?.forecast.perMinute).toBeCloseTo(0.6, 1);
});

it('gives no more than asked for', async () => {
  await backlog(60);
  await looked({ everySeconds: LONG_S, claims: 60 });
  await due(2_025);
  expect(await db.postgres.schedule.findHopeless(5, LOOK_MS)).toHaveLength(5);
});

it('looks at an organization once a time, whoever asks', async () => {
  await backlog(60);
  await looked({ everySeconds: LONG_S, claims: 60 });
  await due(2_025);
  const [first, second] = [await hopeless(), await hopeless()];
  expect(first).toBeGreaterThan(0);
  expect(second).toBe(0);
});

it.each([
  ['the pace is enough', { claims: 300 }],
  ['nothing starts at all: workers may be on their way', { claims: 0 }],
  ['the organization was idle a moment ago: slots were free for it', { claims: 60, looks: 3 }],
  ['it went faster before, and may again', { claims: 60, pace: 1 }],
])('finds none while %s', async (_why, changes) => {
  await backlog(60);
  await looked({ everySeconds: LONG_S, ...changes });
  await due(2_025);
  expect(await hopeless()).toBe(0);
});

it('leaves out what a worker had begun', async () => {
  await backlog(60);
  await looked({ everySeconds: LONG_S, claims: 60 });
  await due(2_025);
  await db.query('UPDATE task_results SET attempt = 1');
  expect(await hopeless()).toBe(0);
});

it('forgets the pace of an organization that was idle', async () => {
  await backlog(1);
  await looked({ everySeconds: LONG_S, claims: 60 });
  await db.postgres.schedule.claim('worker', 1);
  await backlog(1, 'more');
  const [row] = await db.query<{ looks: number; pace: number | null }>('SELECT looks, pace FROM organization_schedule');
  expect(row).toEqual({ looks: 0, pace: null });
});

async function hopeless(): Promise<number> {
  return (await db.postgres.schedule.findHopeless(100, LOOK_MS)).length;
}

let request: ((taskResultId: string) => Parameters<TestDatabase['postgres']['hooks']['recordTaskResult']>[0]) | null =
  null;

async function backlog(count: number, prefix = 'taskrs'): Promise<void> {
  if (prefix === 'taskrs') request = (await anOrganization(db, 'acme')).request;
  for (let i = 0; i < count; i++) {
    if (request !== null) await db.postgres.hooks.recordTaskResult(request(`${prefix}-${i}`));
  }
}

/** What was seen of the organization: since the latest look so many seconds ago there were so many claims. */
async function looked(seen: { everySeconds: number; claims?: number; looks?: number; pace?: number }): Promise<void> {
  await db.query(
    `UPDATE organization_schedule SET looks = $1, pace = $2, claims = $3, seen_claims = 0,
       seen_at = now() - $4 * interval '1 second'`,
    [seen.looks ?? 11, seen.pace ?? null, seen.claims ?? 0, seen.everySeconds],
  );
}

async function due(seconds: number): Promise<void> {
  await db.query(`UPDATE task_results SET decide_at = now() + $1 * interval '1 second'`, [seconds]);
}
