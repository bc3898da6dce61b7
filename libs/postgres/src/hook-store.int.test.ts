import { setTimeout as sleep } from 'node:timers/promises';
import { aRequest } from '@rungate/run-task/testing';
import { anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('PostgresHookStore', () => {
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres({ undecidedLimit: 3 });
  });
  afterAll(() => db.close());

  it('makes one row of 50 deliveries at once, in two processes', async () => {
    const { request } = await anOrganization(db, 'at-once');
    const other = await db.open();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? db.postgres : other).hooks.recordTaskResult(request('taskrs-50')),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'recorded')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'duplicate')).toHaveLength(49);
    expect(await db.query(`SELECT 1 FROM task_results WHERE task_result_id = 'taskrs-50'`)).toHaveLength(1);
  });

  it('answers each request of one statement on its own', async () => {
    const [a, b, suspended] = await Promise.all(
      ['batch-a', 'batch-b', 'batch-s'].map((slug) => anOrganization(db, slug)),
    );
    if (a === undefined || b === undefined || suspended === undefined) throw new Error('no organizations');
    await db.query(`UPDATE organizations SET state = 'suspended' WHERE id = $1`, [suspended.organization.id]);
    // The first two go at once, so that all the others share a statement.
    const requests = [
      a.request('taskrs-first'),
      a.request('taskrs-second'),
      suspended.request('taskrs-suspended'),
      a.request('taskrs-first'),
      a.request('taskrs-first', { bodyHash: 'b'.repeat(64) }),
      b.request('taskrs-first'),
      b.request('taskrs-foreign-key', { keyId: a.hook.keys[0]?.id ?? '' }),
      b.request('taskrs-foreign-version', { hook: { ...b.hook, versionId: a.hook.versionId } }),
    ];
    const answers = await Promise.all(requests.map((request) => db.postgres.hooks.recordTaskResult(request)));
    expect(answers).toEqual([
      { kind: 'recorded' },
      { kind: 'recorded' },
      { kind: 'refused' },
      { kind: 'duplicate', sameBody: true },
      { kind: 'duplicate', sameBody: false },
      { kind: 'recorded' },
      { kind: 'refused' },
      { kind: 'changed' },
    ]);
  });

  it('remembers a hook until something recorded by it was not as it says', async () => {
    const { hook, runTask, request } = await anOrganization(db, 'remembered');
    const { hooks } = await db.open();
    expect(await hooks.rememberedHook(hook.hookId)).toBeNull();
    await hooks.findHook(hook.hookId);
    expect(await hooks.rememberedHook(hook.hookId)).toMatchObject({ versionId: hook.versionId });
    await db.query(`UPDATE organizations SET state = 'suspended' WHERE id = $1`, [hook.organizationId]);
    expect(await hooks.rememberedHook(hook.hookId)).toMatchObject({ suspended: false, runTaskId: runTask.id });
    expect(await hooks.recordTaskResult(request('taskrs-remembered'))).toEqual({ kind: 'refused' });
    expect(await hooks.rememberedHook(hook.hookId)).toBeNull();
    expect(await hooks.findHook(hook.hookId)).toMatchObject({ suspended: true });
  });

  it('does not remember that a hook was missing', async () => {
    const { hook, runTask } = await anOrganization(db, 'late-hook');
    expect(await db.postgres.hooks.findHook('not-yet-there')).toBeNull();
    await db.query(`UPDATE run_tasks SET hook_id = 'not-yet-there' WHERE id = $1`, [runTask.id]);
    expect(await db.postgres.hooks.findHook('not-yet-there')).toMatchObject({ runTaskId: hook.runTaskId });
  });

  it.each(['', 'a'.repeat(65), 'x\u0000y', '../..', "' OR true"])(
    'knows no hook %j and asks nobody',
    async (hookId) => {
      expect(await db.postgres.hooks.findHook(hookId)).toBeNull();
    },
  );

  it('stores nothing in clear that grants access', async () => {
    const { request } = await anOrganization(db, 'sealed');
    const grant = {
      accessToken: 'canary-token',
      callbackUrl: 'https://app.terraform.io/canary-callback',
      planJsonUrl: 'https://app.terraform.io/canary-plan',
      configurationUrl: 'https://app.terraform.io/canary-configuration',
    };
    const { facts } = aRequest({ task_result_id: 'taskrs-sealed' });
    await db.postgres.hooks.recordTaskResult(request('taskrs-sealed', { request: { grant, facts } }));
    const [row] = await db.query<{ text: string; sealed: Buffer }>(
      `SELECT t::text AS text, sealed_grant AS sealed FROM task_results t WHERE task_result_id = 'taskrs-sealed'`,
    );
    expect(row?.text).toContain('taskrs-sealed');
    expect(row?.text).not.toContain('canary');
    expect(row?.sealed.includes('canary')).toBe(false);
  });

  it('stores text that Postgres cannot hold with a replacement', async () => {
    const { request } = await anOrganization(db, 'hostile');
    const hostile = aRequest({ task_result_id: 'taskrs-hostile', run_message: 'a\u0000b\ud800c', workspace_name: 'w' });
    expect(await db.postgres.hooks.recordTaskResult(request('taskrs-hostile', { request: hostile }))).toEqual({
      kind: 'recorded',
    });
    expect(
      await db.query(`SELECT facts->>'run_message' AS said FROM task_results WHERE task_result_id = 'taskrs-hostile'`),
    ).toEqual([{ said: 'a\uFFFDb\uFFFDc' }]);
  });

  it('turns one organization away when it holds too much, and only that one, until it holds less', async () => {
    const full = await anOrganization(db, 'full');
    const quiet = await anOrganization(db, 'quiet');
    const { hooks } = db.postgres;
    for (const id of ['1', '2', '3']) {
      expect(await hooks.recordTaskResult(full.request(`taskrs-full-${id}`))).toEqual({ kind: 'recorded' });
    }
    expect(await hooks.recordTaskResult(full.request('taskrs-full-4'))).toEqual({ kind: 'over_limit' });
    expect(await hooks.recordTaskResult(quiet.request('taskrs-quiet'))).toEqual({ kind: 'recorded' });
    await db.query(`DELETE FROM task_results WHERE organization_id = $1`, [full.organization.id]);
    await sleep(1_100);
    expect(await hooks.recordTaskResult(full.request('taskrs-full-4'))).toEqual({ kind: 'recorded' });
  });

  it('counts refusals in one row a hook, reason and minute', async () => {
    const { hook } = await anOrganization(db, 'refused');
    await Promise.all(
      Array.from({ length: 30 }, () => db.postgres.hooks.noteRefusal(hook, { reason: 'not_json', detail: 'no' })),
    );
    const rows = await db.query<{ count: string; rows: string }>(
      'SELECT sum(count) AS count, count(*) AS rows FROM refusals WHERE organization_id = $1',
      [hook.organizationId],
    );
    expect(rows[0]?.count).toBe('30');
    expect(Number(rows[0]?.rows)).toBeLessThanOrEqual(2);
  });

  it('moves a run task from created to verified to active, and notes when its key was used', async () => {
    const { organization, hook, request, runTask } = await anOrganization(db, 'states');
    const state = async (): Promise<string | undefined> =>
      (await db.postgres.runTasks.find(organization.id, 'guardrails'))?.state;
    expect(runTask).toMatchObject({ state: 'created', hmacKeys: [{ lastUsedAt: null }] });
    await db.postgres.hooks.noteRegistration(hook, hook.keys[0]?.id ?? '');
    expect(await state()).toBe('verified');
    await db.postgres.hooks.recordTaskResult(request('taskrs-states'));
    expect(await state()).toBe('active');
    await db.postgres.hooks.noteRegistration(hook, hook.keys[0]?.id ?? '');
    expect(await state()).toBe('active');
    const found = await db.postgres.runTasks.find(organization.id, 'guardrails');
    expect(found?.hmacKeys[0]?.lastUsedAt).toBeInstanceOf(Date);
  });
});
