import { readShape, routes } from '@rungate/contract';
import { after } from '@rungate/run-task';
import { aCheckResult, aRequest, InMemoryOperationStore, InMemoryTaskResultReader } from '@rungate/run-task/testing';
import { aTaskResult, ids, START } from '../testing/a-task-result.js';
import { ApiUnderTest, pointers } from '../testing/index.js';

const stored = [
  aTaskResult(),
  aTaskResult({ organization: 'globex', state: 'evaluating', verdict: null, decidedAt: null }),
  aTaskResult({ facts: aRequest({ stage: 'pre_apply', run_id: 'run-2', workspace_name: 'dns' }).facts }),
  aTaskResult({ receivedAt: after(START, 86_400_000), facts: aRequest({ task_result_id: 'taskrs-4' }).facts }),
];
const api = new ApiUnderTest();
beforeAll(() => api.start({ taskResults: stored }));
afterAll(() => api.stop());

const numbersOf = (items: readonly { id: string }[]): readonly number[] => items.map(({ id }) => Number(id.slice(-2)));

describe('/task-results', () => {
  it.each([
    ['', [4, 3, 2, 1]],
    ['organization=globex', [2]],
    ['organization=acme&runTask=guard', [4, 3, 1]],
    ['runId=run-2', [3]],
    ['taskResultId=taskrs-4', [4]],
    ['workspace=dns', [3]],
    ['state=evaluating', [2]],
    ['verdict=failed', [4, 3, 1]],
    ['stage=pre_apply', [3]],
    ['since=2026-11-22', [4]],
    ['since=2026-11-22T14:00:00%2B02:00', [4]],
    ['until=2026-11-22T00:00:00Z', [3, 2, 1]],
    ['organization=none', []],
  ])('lists newest first with the filter "%s"', async (query, expected) => {
    const response = await api.ask('GET', `/task-results?${query}`);
    expect(response.statusCode).toBe(200);
    expect(numbersOf(response.json<{ items: { id: string }[] }>().items)).toEqual(expected);
    expect(readShape(routes.listTaskResults.responses[200].shape, response.json()).ok).toBe(true);
  });

  it('pages within a filter, and binds the cursor to it', async () => {
    const first = await api.ask('GET', '/task-results?organization=acme&limit=2');
    const { items, nextCursor } = first.json<{ items: { id: string }[]; nextCursor: string }>();
    expect(numbersOf(items)).toEqual([4, 3]);
    const second = await api.ask('GET', `/task-results?organization=acme&limit=2&cursor=${nextCursor}`);
    expect(numbersOf(second.json<{ items: { id: string }[] }>().items)).toEqual([1]);
    expect(second.json()).toMatchObject({ nextCursor: null });
    const other = await api.ask('GET', `/task-results?organization=globex&limit=2&cursor=${nextCursor}`);
    expect(pointers(other)).toEqual(['/query/cursor']);
  });

  it('lists from the oldest on when asked to', async () => {
    const response = await api.ask('GET', '/task-results?sort=oldest&limit=2');
    expect(numbersOf(response.json<{ items: { id: string }[] }>().items)).toEqual([1, 2]);
  });

  it('links to the run on the Terraform that it is of, and nowhere else', async () => {
    const facts = (url: string) => ({ facts: aRequest({ run_app_url: url }).facts });
    const taskResults = [
      'https://app.terraform.io/app/acme/runs/run-1',
      'https://evil.example/',
      'javascript:alert(1)',
    ].map((url) => aTaskResult(facts(url)));
    const other = await new ApiUnderTest().start({ taskResults });
    const response = await other.ask('GET', '/task-results?sort=oldest');
    await other.stop();
    const { items } = response.json<{ items: { runUrl: string | null }[] }>();
    expect(items.map(({ runUrl }) => runUrl)).toEqual(['https://app.terraform.io/app/acme/runs/run-1', null, null]);
  });

  it('counts', async () => {
    const response = await api.ask('GET', '/task-results/facets?organization=globex');
    expect(readShape(routes.countTaskResults.responses[200].shape, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({ state: [{ value: 'evaluating', count: 1 }] });
  });

  it('are taken away as a table that computes nothing, and as lines of JSON', async () => {
    const hostile = aTaskResult({
      message: '=HYPERLINK("http://evil")',
      facts: aRequest({ workspace_name: '@SUM(1)' }).facts,
    });
    const other = await new ApiUnderTest().start({ taskResults: [hostile] });
    const table = await other.ask('GET', '/task-results/export');
    expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(table.headers['content-disposition']).toBe('attachment; filename="task-results.csv"');
    expect(table.body).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(table.body).toContain(`"'@SUM(1)"`);
    const lines = await other.ask('GET', '/task-results/export?format=ndjson');
    await other.stop();
    expect(lines.headers['content-type']).toBe('application/x-ndjson');
    expect(
      readShape(routes.listTaskResults.responses[200].shape, {
        items: lines.body
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
        nextCursor: null,
      }).ok,
    ).toBe(true);
  });

  it.each([
    ['since=yesterday', '/query/since'],
    ['since=2026-02-30', '/query/since'],
    ['until=2026-11-22T00:00:00', '/query/until'],
    ['until=0000-01-01', '/query/until'],
    ['until=9999-12-31T23:59:59-01:00', '/query/until'],
    ['state=lost', '/query/state'],
    ['verdict=', '/query/verdict'],
    ['q=x', '/query/q'],
    ['sort=name', '/query/sort'],
    ['stage=post-plan', '/query/stage'],
    [`runId=${'x'.repeat(1_001)}`, '/query/runId'],
  ])('points at what is wrong with %s', async (query, pointer) => {
    const response = await api.ask('GET', `/task-results?${query}`);
    expect([response.statusCode, pointers(response)]).toEqual([400, [pointer]]);
  });

  it('shows one with its checks, deliveries and timeline, and nothing of the request beyond the contract', async () => {
    const response = await api.ask('GET', `/task-results/${stored[0]?.id ?? ''}`);
    expect(response.statusCode).toBe(200);
    expect(readShape(routes.getTaskResult.responses[200].shape, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({
      taskResultId: 'taskrs-1',
      workspaceName: 'network',
      enforcementLevel: 'mandatory',
      deliveredAt: null,
      checks: [{ status: 'failed', outcomes: [{ rule: 'protected-resource', certainty: 'violation', docsUrl: null }] }],
      deliveries: [
        { attempts: [{ at: START.toISOString(), status: 200, error: null, answer: 'thank you', durationMs: 12 }] },
      ],
      timeline: [{ event: 'accepted' }],
    });
    expect(response.body).not.toContain('olivia');
  });

  it('says of a tombstone since when its details are gone, and still shows verdict and moments', async () => {
    const gone = { message: null, checks: [], deliveries: [], purgedAt: after(START, 91 * 86_400_000) };
    const tombstone = aTaskResult(gone);
    const other = new ApiUnderTest();
    await other.start({ taskResults: [tombstone] });
    const response = await other.ask('GET', `/task-results/${tombstone.id}`);
    await other.stop();
    expect(readShape(routes.getTaskResult.responses[200].shape, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({ verdict: 'failed', message: null, purgedAt: '2027-02-20T12:00:00.000Z' });
  });

  it('shows a verdict as the run page does, with what it means for the run', async () => {
    const response = await api.ask('GET', `/task-results/${stored[0]?.id ?? ''}/shown`);
    expect(readShape(routes.showVerdict.responses[200].shape, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({
      verdict: 'failed',
      message: 'Blocked.',
      consequence: 'The run stops: the run task is mandatory.',
      outcomes: [{ tags: { Severity: [{ label: 'High', level: 'error' }] } }],
    });
    expect((await api.ask('GET', `/task-results/${stored[1]?.id ?? ''}/shown`)).statusCode).toBe(404);
  });

  it.each(['00000000-0000-7000-8000-000000000099', 'nothing', '%00'])('answers 404 for %s', async (id) => {
    expect((await api.ask('GET', `/task-results/${id}`)).statusCode).toBe(404);
  });
});

describe('/task-results/{id}/resend', () => {
  const decided = aTaskResult({ state: 'decided' });
  const givenUp = aTaskResult({ state: 'undeliverable', reason: 'Terraform refused the verdict.' });
  const undecided = aTaskResult({ state: 'evaluating', verdict: null, decidedAt: null });
  const late = aTaskResult({ state: 'undeliverable', progressBy: START, finalBy: START });
  const resending = new ApiUnderTest();
  beforeAll(() => resending.start({ taskResults: [...stored, decided, givenUp, undecided, late] }));
  afterAll(() => resending.stop());

  it.each([
    ['waits for its next attempt', decided],
    ['was given up', givenUp],
  ])('sends a verdict that %s again, once however often it is asked', async (_name, { id, progressBy }) => {
    for (const changed of [true, false]) {
      const response = await resending.ask('POST', `/task-results/${id}/resend`);
      expect([response.statusCode, response.json()]).toEqual([200, { changed, deadline: progressBy.toISOString() }]);
      expect(readShape(routes.resendTaskResult.responses[200].shape, response.json()).ok).toBe(true);
    }
  });

  it.each([
    ['has no verdict', undecided, /There is no verdict yet/],
    ['was delivered', stored[0], /Terraform has the verdict/],
    ['is too late', late, /The deadline has passed.*Start a new run/],
  ])('refuses one that %s, and says why', async (_name, taskResult, detail) => {
    const response = await resending.ask('POST', `/task-results/${taskResult?.id ?? ''}/resend`);
    expect([response.statusCode, response.json()]).toEqual([
      409,
      expect.objectContaining({ detail: expect.stringMatching(detail) as string }),
    ]);
  });

  it('does not tell what does not exist', async () => {
    const response = await resending.ask('POST', '/task-results/00000000-0000-7000-8000-0000000000ff/resend');
    expect(response.statusCode).toBe(404);
  });
});

describe('/checks', () => {
  it('shows the catalogue with the schema of each configuration', async () => {
    const response = await api.ask('GET', '/checks');
    expect(readShape(routes.listChecks.responses[200].shape, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({
      items: [{ name: 'destructive-guard', version: '1.0.0', configSchema: { type: 'object' } }],
      nextCursor: null,
    });
  });
});

describe('/task-results/{id}/re-evaluate', () => {
  const kept = aTaskResult({ input: { state: 'kept', keptUntil: after(START, 86_400_000) } });
  const operations = new InMemoryOperationStore();
  const again = new ApiUnderTest();
  const taskResults = new InMemoryTaskResultReader([
    kept,
    aTaskResult({ verdict: null, decidedAt: null }),
    aTaskResult({ input: { state: 'too_large', keptUntil: null } }),
    aTaskResult(),
    aTaskResult({ purgedAt: START }),
  ]);
  beforeAll(() => again.start({ options: { operations, taskResults } }));
  afterAll(() => again.stop());

  const ask = (id: string, body: object = { reason: 'a new rule' }) =>
    again.ask('POST', `/task-results/${id}/re-evaluate`, { body });

  it('is an operation of one, which is under way', async () => {
    operations.matching = 1;
    const response = await ask(kept.id);
    expect([response.statusCode, response.json()]).toMatchObject([
      202,
      { kind: 'reevaluate', state: 'running', reason: 'a new rule', counts: { pending: 1 } },
    ]);
    expect(readShape(routes.reevaluateTaskResult.responses[202].shape, response.json()).ok).toBe(true);
  });

  it('says why one cannot be judged again', async () => {
    const { items } = (await again.ask('GET', '/task-results?sort=oldest')).json<{ items: { id: string }[] }>();
    const others = items.filter(({ id }) => id !== kept.id);
    const told = await Promise.all(others.map(async ({ id }) => (await ask(id)).json<{ detail: string }>().detail));
    expect(told).toEqual([
      'There is no verdict yet.',
      'Its plan is larger than is kept: 8 MB, compressed.',
      'Its plan is not kept: no check read it, or its inputRetentionDays are over.',
      'Its details are gone, by the retention of its organization.',
    ]);
    expect((await ask(ids.next())).statusCode).toBe(404);
    expect(pointers(await ask(kept.id, { reason: ' ' }))).toEqual(['/reason']);
  });

  it('shows until when the plan is kept, and what later checks said', async () => {
    const shown = await again.ask('GET', `/task-results/${kept.id}`);
    expect(shown.json()).toMatchObject({ input: { state: 'kept', keptUntil: '2026-11-22T12:00:00.000Z' } });
    again.reevaluations.set(kept.id, [
      {
        id: ids.next(),
        at: START,
        by: { kind: 'person', name: 'Ada' },
        reason: 'a new rule',
        operationId: ids.next(),
        runTaskRevision: 2,
        verdict: 'passed',
        message: 'Passed.',
        isSame: false,
        results: [aCheckResult()],
      },
    ]);
    const response = await again.ask('GET', `/task-results/${kept.id}/re-evaluations`);
    expect(response.json()).toMatchObject({ items: [{ isSame: false, checks: [{ name: 'guard', outcomes: [] }] }] });
    expect(readShape(routes.listReevaluations.responses[200].shape, response.json()).ok).toBe(true);
    expect((await again.ask('GET', `/task-results/${ids.next()}/re-evaluations`)).statusCode).toBe(404);
  });

  it('shows what the plan changes, where a check read it', async () => {
    taskResults.changes.set(kept.id, {
      counts: { create: 1, update: 0, replace: 0, delete: 0, forget: 0, import: 0 },
      items: [{ address: 'aws_vpc.main', moduleAddress: null, type: 'aws_vpc', action: 'create', why: null }],
      references: [],
      isCut: false,
    });
    const shown = (await again.ask('GET', `/task-results/${kept.id}/plan-changes`)).json<object>();
    expect(shown).toMatchObject({ state: 'kept', counts: { create: 1 }, items: [{ address: 'aws_vpc.main' }] });
    expect(readShape(routes.getPlanChanges.responses[200].shape, shown).ok).toBe(true);
    const { items } = (await again.ask('GET', '/task-results?sort=newest')).json<{ items: { id: string }[] }>();
    const other = await again.ask('GET', `/task-results/${items[0]?.id ?? ''}/plan-changes`);
    expect(other.json()).toMatchObject({ state: 'none', items: [] });
    expect((await again.ask('GET', `/task-results/${ids.next()}/plan-changes`)).statusCode).toBe(404);
  });

  it('is for editors, and not for viewers', async () => {
    await again.ask('PUT', '/organizations/acme', { body: {} });
    const as = async (role: 'editor' | 'viewer') => {
      const headers = { authorization: `Bearer ${await again.tokenOf('acme', role)}` };
      return (await again.ask('POST', `/task-results/${kept.id}/re-evaluate`, { headers, body: { reason: 'x' } }))
        .statusCode;
    };
    expect([await as('editor'), await as('viewer')]).toEqual([202, 403]);
  });
});
