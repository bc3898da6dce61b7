import { anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(() => db.close());

it('counts what waits and what is under way, over all organizations, and asks the database once in a while', async () => {
  const nothing = { waiting: 0, inFlight: 0, oldestWaitMs: 0, nearestDeadlineMs: null, deliveriesDue: 0 };
  expect(await db.postgres.figures.workFigures()).toEqual(nothing);
  const [a, b] = [await anOrganization(db, 'figures-a'), await anOrganization(db, 'figures-b')];
  let n = 0;
  for (const { request } of [a, a, b]) await db.postgres.hooks.recordTaskResult(request(`taskrs-${(n += 1)}`));
  expect(await db.postgres.figures.workFigures()).toEqual(nothing);
  await db.postgres.schedule.claim('w-1', 1);
  await db.query(`UPDATE task_results SET received_at = now() - interval '1 minute' WHERE state = 'accepted'`);
  const later = await db.open();
  const figures = await later.figures.workFigures();
  expect(figures).toMatchObject({ waiting: 2, inFlight: 1, deliveriesDue: 0 });
  expect(figures.oldestWaitMs).toBeGreaterThanOrEqual(60_000);
  expect(figures.nearestDeadlineMs).toBeGreaterThan(0);
  expect(figures.nearestDeadlineMs).toBeLessThanOrEqual(600_000);
});

it('counts what a dead worker left as waiting', async () => {
  await db.query(`UPDATE task_results SET lease_until = now() - interval '1 second' WHERE state = 'evaluating'`);
  const later = await db.open();
  expect(await later.figures.workFigures()).toMatchObject({ waiting: 3, inFlight: 0 });
});
