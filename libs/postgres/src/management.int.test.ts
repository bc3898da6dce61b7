import type {
  OrganizationPage,
  PutRunTask,
  PutRunTaskAnswer,
  RunTask,
  RunTaskSettings,
  TaskResultFilter,
} from '@rungate/run-task';
import { aCheck, PLATFORM, TESTER } from '@rungate/run-task/testing';
import { aDecision, anOrganization, putOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

const SETTINGS = {
  displayName: 'Acme',
  tags: ['gold'],
  weight: 1,
  maxInFlight: null,
  retentionDays: 90,
  inputRetentionDays: 7,
};
const RUN_TASK: RunTaskSettings = {
  terraformOrigin: 'https://app.terraform.io',
  downloadOrigins: ['https://app.terraform.io'],
  deadlineProfile: 'rolling',
  onTimeout: 'failed',
  checks: [aCheck()],
};
const SECRET = 'a-secret-of-at-least-thirty-two-bytes';

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(() => db.close());
beforeEach(() => db.query('TRUNCATE organizations CASCADE'));

describe('PostgresOrganizationStore', () => {
  it('creates, changes, and does nothing when nothing changed', async () => {
    const { organizations } = db.postgres;
    const created = await putOrganization(db.postgres, 'acme', SETTINGS);
    expect(created).toMatchObject({ kind: 'created', stored: { slug: 'acme', state: 'active', ...SETTINGS } });
    expect(await putOrganization(db.postgres, 'acme', SETTINGS)).toEqual({
      kind: 'unchanged',
      changed: [],
      stored: await organizations.find(PLATFORM, 'acme'),
    });
    const changed = await putOrganization(db.postgres, 'acme', { ...SETTINGS, weight: 5, tags: [] });
    expect(changed).toMatchObject({ kind: 'changed', changed: ['tags', 'weight'], stored: { weight: 5, tags: [] } });
    expect(await organizations.find(PLATFORM, 'acme')).toEqual(changed.stored);
    expect(changed.stored.id).toBe(created.stored.id);
  });

  it('writes nothing on a dry run and tells what it would', async () => {
    const { organizations } = db.postgres;
    expect(await putOrganization(db.postgres, 'acme', SETTINGS, true)).toMatchObject({ kind: 'created' });
    expect(await organizations.find(PLATFORM, 'acme')).toBeNull();
    await putOrganization(db.postgres, 'acme', SETTINGS);
    expect(await putOrganization(db.postgres, 'acme', { ...SETTINGS, weight: 9 }, true)).toMatchObject({
      changed: ['weight'],
    });
    expect(await organizations.find(PLATFORM, 'acme')).toMatchObject({ weight: 1 });
  });

  it('creates one of ten at once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => putOrganization(db.postgres, 'acme', SETTINGS)));
    expect(all.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(new Set(all.map(({ stored }) => stored.id)).size).toBe(1);
  });

  it('lists in order of slug, by page, text and tag', async () => {
    const { organizations } = db.postgres;
    for (const slug of ['delta', 'alpha', 'a_b', 'charlie']) {
      const tags = slug === 'alpha' ? ['gold'] : [];
      await putOrganization(db.postgres, slug, { ...SETTINGS, displayName: slug.toUpperCase(), tags });
    }
    const slugs = async (page: Partial<OrganizationPage>): Promise<string[]> =>
      (await organizations.list(PLATFORM, { limit: 10, after: null, q: null, tag: null, ...page })).map(
        ({ slug }) => slug,
      );
    expect(await slugs({})).toEqual(['a_b', 'alpha', 'charlie', 'delta']);
    expect(await slugs({ limit: 2, after: 'a_b' })).toEqual(['alpha', 'charlie']);
    expect(await slugs({ q: 'ALPH' })).toEqual(['alpha']);
    expect(await slugs({ q: '_' })).toEqual(['a_b']);
    expect(await slugs({ q: '%' })).toEqual([]);
    expect(await slugs({ tag: 'gold' })).toEqual(['alpha']);
  });

  it('suspends and resumes: its hook is suspended, and a stale hook stores nothing', async () => {
    const { organizations, hooks } = db.postgres;
    const { hook, request, organization } = await anOrganization(db, 'acme');
    expect(await organizations.suspend(organization, TESTER)).toMatchObject({ state: 'suspended', revision: 2 });
    expect(await hooks.recordTaskResult(request('taskrs-1'))).toEqual({ kind: 'refused' });
    expect(await (await db.open()).hooks.findHook(hook.hookId)).toMatchObject({ suspended: true });
    expect(await db.postgres.runTasks.find(hook.organizationId, 'guardrails')).toMatchObject({ state: 'suspended' });
    expect(await organizations.resume(organization, TESTER)).toMatchObject({ state: 'active', revision: 3 });
    expect(await hooks.recordTaskResult(request('taskrs-1'))).toEqual({ kind: 'recorded' });
    expect(await organizations.resume(organization, TESTER)).toMatchObject({ state: 'active', revision: 3 });
  });
});

describe('PostgresRunTaskStore', () => {
  let organizationId: string;

  beforeEach(async () => {
    organizationId = (await putOrganization(db.postgres, 'acme', SETTINGS)).stored.id;
  });

  const put = (changes: Partial<PutRunTask> = {}): Promise<PutRunTaskAnswer> =>
    db.postgres.runTasks.put({
      organizationId,
      name: 'guardrails',
      settings: RUN_TASK,
      hmacKey: { secret: SECRET, given: true },
      overlapHours: 72,
      guardedOrigins: { origins: [], approve: true },
      expected: {},
      allow: () => undefined,
      by: { ...TESTER, name: 'ada' },
      reason: null,
      dryRun: false,
      ...changes,
    });
  const stored = (answer: PutRunTaskAnswer): RunTask => {
    if (answer.rejected !== undefined) throw new Error(answer.rejected);
    return answer.stored;
  };

  it('creates a hook with 128 random bits and a version of its settings', async () => {
    const answer = await put();
    expect(answer).toMatchObject({ kind: 'created', stored: { ...RUN_TASK, name: 'guardrails', state: 'created' } });
    expect(stored(answer).hookId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(await db.postgres.runTasks.find(organizationId, 'guardrails')).toEqual(stored(answer));
  });

  it('makes no version of equal content, in whatever order its keys come', async () => {
    const before = stored(
      await put({ settings: { ...RUN_TASK, checks: [aCheck({ config: { a: 1, b: { c: 2, d: 3 } } })] } }),
    );
    const same = await put({ settings: { ...RUN_TASK, checks: [aCheck({ config: { b: { d: 3, c: 2 }, a: 1 } })] } });
    expect(same).toMatchObject({ kind: 'unchanged', changed: [] });
    expect(stored(same).versionId).toBe(before.versionId);
  });

  it('makes a new version of other content, and names what changed; task results keep theirs', async () => {
    const before = stored(await put());
    const after = await put({ settings: { ...RUN_TASK, onTimeout: 'passed', checks: [] } });
    expect(after).toMatchObject({ kind: 'changed', changed: ['onTimeout', 'checks'] });
    expect(stored(after).versionId).not.toBe(before.versionId);
    expect(await db.query('SELECT number FROM run_task_versions ORDER BY number')).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
  });

  it('keeps its keys when none is given', async () => {
    const before = stored(await put());
    const after = await put({ hmacKey: { secret: 'another-secret-of-thirty-two-bytes!', given: false } });
    expect(after).toMatchObject({ kind: 'unchanged' });
    expect(stored(after).hmacKeys).toEqual(before.hmacKeys);
  });

  it('rotates to a key that is given: both verify until the overlap is over', async () => {
    const { hookId } = stored(await put());
    const rotated = await put({
      hmacKey: { secret: 'another-secret-of-thirty-two-bytes!', given: true },
      overlapHours: 1,
    });
    expect(rotated).toMatchObject({ kind: 'changed', changed: ['hmacKey'] });
    expect(stored(rotated).hmacKeys.map(({ state }) => state)).toEqual(['active', 'retiring']);
    expect((await (await db.open()).hooks.findHook(hookId))?.keys).toHaveLength(2);
    await db.query(`UPDATE hmac_keys SET retires_at = now() - interval '1 second' WHERE state = 'retiring'`);
    await db.query(`UPDATE hmac_keys SET last_used_at = now() WHERE state = 'active'`);
    expect((await (await db.open()).hooks.findHook(hookId))?.keys).toHaveLength(1);
    const [, old] = (await db.postgres.runTasks.find(organizationId, 'guardrails'))?.hmacKeys ?? [];
    expect(old?.state).toBe('revoked');
  });

  it('takes a retiring key back instead of a second one of it', async () => {
    await put();
    await put({ hmacKey: { secret: 'another-secret-of-thirty-two-bytes!', given: true } });
    const back = await put();
    expect(stored(back).hmacKeys.map(({ state }) => state)).toEqual(['active', 'retiring']);
    expect(await put()).toMatchObject({ kind: 'unchanged' });
  });

  it('refuses a key that any other run task uses, and leaves nothing behind', async () => {
    await put();
    const globex = (await putOrganization(db.postgres, 'globex', SETTINGS)).stored.id;
    expect(await put({ organizationId: globex })).toEqual({ rejected: 'key_in_use' });
    expect(await put({ name: 'other' })).toEqual({ rejected: 'key_in_use' });
    expect(await db.postgres.runTasks.list(globex, 10, null)).toEqual([]);
    expect(await db.postgres.runTasks.find(organizationId, 'other')).toBeNull();
  });

  it('writes nothing on a dry run', async () => {
    expect(await put({ dryRun: true })).toMatchObject({ kind: 'created' });
    expect(await db.postgres.runTasks.find(organizationId, 'guardrails')).toBeNull();
    expect(await db.query('SELECT 1 FROM hmac_keys')).toEqual([]);
  });

  it('creates one of ten at once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => put()));
    expect(all.filter((answer) => answer.rejected === undefined && answer.kind === 'created')).toHaveLength(1);
    expect(new Set(all.map((answer) => stored(answer).hookId)).size).toBe(1);
  });

  it('lists in order of name', async () => {
    for (const [index, name] of ['c', 'a', 'b'].entries()) {
      await put({ name, hmacKey: { secret: `${SECRET}-${index}`, given: true } });
    }
    const names = async (limit: number, after: string | null): Promise<string[]> =>
      (await db.postgres.runTasks.list(organizationId, limit, after)).map(({ name }) => name);
    expect(await names(10, null)).toEqual(['a', 'b', 'c']);
    expect(await names(1, 'a')).toEqual(['b']);
  });
});

describe('PostgresTaskResultReader', () => {
  it('lists newest first, by page and filter', async () => {
    const { taskResults, hooks } = db.postgres;
    const acme = await anOrganization(db, 'acme');
    const globex = await anOrganization(db, 'globex');
    const wanted = [acme.request('taskrs-1'), acme.request('taskrs-2'), globex.request('taskrs-3')];
    for (const one of wanted) await hooks.recordTaskResult(one);
    const ids = async (filter: TaskResultFilter, limit = 10, after: string | null = null): Promise<string[]> =>
      (await taskResults.list(PLATFORM, { filter, order: 'newest_first', limit, after })).rows.map(
        ({ facts }) => facts.task_result_id,
      );
    expect(await ids({})).toEqual(['taskrs-3', 'taskrs-2', 'taskrs-1']);
    expect(await ids({}, 1, wanted[2]?.id ?? null)).toEqual(['taskrs-2']);
    expect(await ids({ organization: 'acme' })).toEqual(['taskrs-2', 'taskrs-1']);
    expect(await ids({ taskResultId: 'taskrs-2', runTask: 'guardrails', stage: 'post_plan' })).toEqual(['taskrs-2']);
    expect(await ids({ workspace: 'network', runId: 'run-1', state: 'accepted' })).toHaveLength(3);
    expect(await ids({ workspace: 'elsewhere' })).toEqual([]);
    expect(await ids({ verdict: 'passed' })).toEqual([]);
    expect(await ids({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await ids({ until: new Date(Date.now() + 60_000) })).toHaveLength(3);
    expect(await ids({}, 10, 'no-id')).toEqual([]);
    expect(await taskResults.find(PLATFORM, 'no-id')).toBeNull();
    expect(await taskResults.find(PLATFORM, db.postgres.ids.next())).toBeNull();
  });

  it('tells the story of one in order', async () => {
    const { taskResults, hooks, schedule, tasks } = db.postgres;
    const acme = await anOrganization(db, 'acme');
    const request = acme.request('taskrs-1');
    await hooks.recordTaskResult(request);
    expect(await taskResults.told(PLATFORM, request.id)).toBeNull();
    const [lease] = await schedule.claim('worker', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    const answer = await tasks.decide(lease, aDecision());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    const delivery = await tasks.loadDelivery(answer.turn);
    if (delivery === null) throw new Error('nothing to deliver');
    await tasks.finishAttempt(delivery, {
      answer: { kind: 'status', status: 409, retryAfterMs: null, title: 'already done' },
      answerClass: 'conflict',
      durationMs: 3,
      step: { kind: 'delivered', presumed: true },
      deadlines: null,
    });
    const found = await taskResults.find(PLATFORM, request.id);
    expect(found).toMatchObject({
      state: 'delivered',
      reason: 'Presumed delivered. Last answer: HTTP 409 (already done).',
      deliveries: [{ attempts: [{ status: 409, error: 'already done', durationMs: 3 }] }],
    });
    expect(found?.timeline.map(({ event }) => event)).toEqual([
      'received',
      'evaluation started',
      `check ${aDecision().results[0]?.name ?? ''}: ${aDecision().results[0]?.status ?? ''}`,
      'decided: failed',
      'verdict sent',
      'verdict answered: HTTP 409',
      'delivered: Presumed delivered. Last answer: HTTP 409 (already done).',
    ]);
    const told = await taskResults.told({ kind: 'organization', organizationId: acme.organization.id }, request.id);
    expect(told).toMatchObject({ stage: 'post_plan', enforcementLevel: 'mandatory', callback: aDecision().callback });
    const globex = await anOrganization(db, 'globex');
    const foreign = { kind: 'organization', organizationId: globex.organization.id } as const;
    expect(await taskResults.told(foreign, request.id)).toBeNull();
  });
});
