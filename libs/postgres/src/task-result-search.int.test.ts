import type { Scope, TaskResultFilter } from '@rungate/run-task';
import { aCheckResult, aFinding, aRequest, PLATFORM } from '@rungate/run-task/testing';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  twoOrganizations,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

describe('a search of task results', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let globex: TestOrganization;

  beforeAll(async () => {
    db = await startTestPostgres();
    [acme, globex] = await twoOrganizations(db);
    const record = async (organization: TestOrganization, id: string, changes: object): Promise<void> => {
      const request = aRequest({ task_result_id: id, ...changes });
      await db.postgres.hooks.recordTaskResult(organization.request(id, { request }));
    };
    await record(acme, 'taskrs-1', { run_id: 'run-abc', workspace_name: 'network-prod' });
    await record(acme, 'taskrs-2', { run_id: 'run-xyz', workspace_name: '100%_safe' });
    await record(globex, 'taskrs-3', { run_id: 'run-abd', workspace_name: 'eks', stage: 'pre_apply' });
    const [lease] = await db.postgres.schedule.claim('worker', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    const results = [
      aCheckResult({ status: 'failed', findings: [aFinding({ rule: 'no-deletes', severity: 'high' })] }),
    ];
    await db.postgres.tasks.decide(lease, aDecision(results));
  });
  afterAll(() => db.close());

  const found = async (filter: TaskResultFilter, scope: Scope = PLATFORM): Promise<readonly string[]> => {
    const page = { filter, order: 'newest_first', limit: 10, after: null } as const;
    return (await db.postgres.taskResults.list(scope, page)).rows.map(({ facts }) => facts.task_result_id);
  };

  it.each([
    ['RUN-AB', ['taskrs-3', 'taskrs-1']],
    ['network', ['taskrs-1']],
    ['taskrs-2', ['taskrs-2']],
    ['100%', ['taskrs-2']],
    ['0%_s', ['taskrs-2']],
    ['%%', []],
    ['a_c', []],
    ["'; drop table task_results; --", []],
  ])('for %s finds what has it, and takes no sign for another', async (q, expected) => {
    expect(await found({ q })).toEqual(expected);
  });

  it('finds by the rule that found something, also in the words of a search', async () => {
    const [byRule] = await found({ rule: 'no-deletes' });
    expect([await found({ q: 'no-deletes' }), await found({ rule: 'no' })]).toEqual([[byRule], []]);
  });

  it('finds what is of the organization alone', async () => {
    const scope = { kind: 'organization', organizationId: acme.organization.id } as const;
    expect(await found({ q: 'run-ab' }, scope)).toEqual(['taskrs-1']);
    expect(await found({ organization: 'globex' }, scope)).toEqual([]);
    const facets = await db.postgres.taskResults.facets(scope, {});
    expect([facets.organization, facets.stage]).toEqual([
      [{ value: 'acme', count: 2 }],
      [{ value: 'post_plan', count: 2 }],
    ]);
  });

  it('counts how much was found, by severity', async () => {
    const page = { filter: { rule: 'no-deletes' }, order: 'newest_first', limit: 1, after: null } as const;
    expect((await db.postgres.taskResults.list(PLATFORM, page)).rows[0]?.findings).toEqual({ high: 1 });
  });

  it('lists from the oldest on, and by how it is enforced', async () => {
    const page = { filter: { enforcement: 'mandatory' }, order: 'oldest_first', limit: 10, after: null } as const;
    const { rows } = await db.postgres.taskResults.list(PLATFORM, page);
    expect(rows.map(({ facts }) => facts.task_result_id)).toEqual(['taskrs-1', 'taskrs-2', 'taskrs-3']);
    expect(await found({ enforcement: 'advisory' })).toEqual([]);
  });

  it('counts each kind as if nothing was asked of it', async () => {
    const facets = await db.postgres.taskResults.facets(PLATFORM, { stage: 'pre_apply' });
    expect(facets).toMatchObject({
      stage: [
        { value: 'post_plan', count: 2 },
        { value: 'pre_apply', count: 1 },
      ],
      organization: [{ value: 'globex', count: 1 }],
      runTask: [{ value: 'guardrails', count: 1 }],
      isCut: false,
    });
  });

  it('looks at so many rows at a time, and says where the next page begins', async () => {
    const more = await db.createDatabase();
    const other = await anOrganization(more, 'acme', 'another-key-of-thirty-two-characters-and-more');
    const request = other.request('taskrs-old');
    await more.postgres.hooks.recordTaskResult(request);
    await more.query(`
      INSERT INTO task_results SELECT (r).* FROM (
        SELECT jsonb_populate_record(t, jsonb_build_object(
          'id', '01ffffff-ffff-7000-8000-' || lpad(n::text, 12, '0'), 'task_result_id', 'taskrs-' || n, 'sealed_grant', NULL,
          'state', 'delivered', 'verdict', 'passed', 'decided_at', now())) AS r
        FROM task_results t, generate_series(1, 10005) n) made`);
    const page = { filter: { q: 'taskrs-old' }, order: 'newest_first', limit: 10 } as const;
    const first = await more.postgres.taskResults.list(PLATFORM, { ...page, after: null });
    expect([first.rows.length, first.searchedTo]).toEqual([0, '01ffffff-ffff-7000-8000-000000000005']);
    const second = await more.postgres.taskResults.list(PLATFORM, { ...page, after: first.searchedTo });
    expect([second.rows.map(({ id }) => id), second.searchedTo]).toEqual([[request.id], null]);
  });
});
