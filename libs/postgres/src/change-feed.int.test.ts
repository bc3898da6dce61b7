import type { RowChange } from '@rungate/run-task';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

describe('what changes', () => {
  let db: TestPostgres;
  let acme: TestOrganization;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = await anOrganization(db, 'acme');
  });
  afterAll(() => db.close());

  const changed = async (): Promise<readonly RowChange[]> =>
    (await db.postgres.changes.changesSince(null, 100)).changes;
  const versionOf = async (id: string): Promise<number> =>
    (await changed()).find(({ subject }) => subject === id)?.version ?? 0;

  it('is a run task and its organization once they are made, and one when its settings are', async () => {
    const kinds = (await changed()).map(({ kind, organization, subject }) => [kind, organization, subject]);
    expect(kinds).toContainEqual(['organization', 'acme', 'acme']);
    expect(kinds).toContainEqual(['run-task', 'acme', 'guardrails']);
  });

  it('is a task result with every step of its life, and not with the renewal of its lease', async () => {
    const { hooks, schedule, tasks } = db.postgres;
    const request = acme.request('taskrs-1');
    await hooks.recordTaskResult(request);
    const versions = [await versionOf(request.id)];
    const [lease] = await schedule.claim('worker-1', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    versions.push(await versionOf(request.id));
    await schedule.renew('worker-1', [lease]);
    expect(await versionOf(request.id)).toBe(versions[1]);
    await tasks.decide(lease, aDecision());
    versions.push(await versionOf(request.id));
    expect(versions[0]).toBeGreaterThan(0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it('is told from a moment on, and said to be incomplete when there is more', async () => {
    const { readAt } = await db.postgres.changes.changesSince(null, 100);
    const request = acme.request('taskrs-2');
    await db.postgres.hooks.recordTaskResult(request);
    const { changes, isComplete } = await db.postgres.changes.changesSince(readAt, 100);
    expect([changes.map(({ subject }) => subject), isComplete]).toEqual([expect.arrayContaining([request.id]), true]);
    expect((await db.postgres.changes.changesSince(null, 1)).isComplete).toBe(false);
  });

  it('is found by an index, however many rows there are', async () => {
    await db.query(`ANALYZE task_results`);
    await db.query(`SET enable_seqscan = off`);
    const plan = await db.query<Record<string, string>>(
      `EXPLAIN SELECT id FROM task_results WHERE changed_at >= now() - interval '1 minute' ORDER BY changed_at LIMIT 10`,
    );
    expect(JSON.stringify(plan)).toContain('task_results_changes');
  });
});
