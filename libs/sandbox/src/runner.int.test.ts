import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CANARY_TRACES, canaryPlan } from '../testing/canary-plan.js';
import { check, fetchedPlan, runAssignment, told } from '../testing/assignments.js';
import { areGone, processTree } from '../testing/processes.js';
import { startRunner, type Runner } from './index.js';

jest.setTimeout(60_000);

const PLAN = {
  format_version: '1.2',
  resource_changes: [
    { address: 'aws_vpc.a', mode: 'managed', type: 'aws_vpc', change: { actions: ['no-op'], before: {}, after: {} } },
    {
      address: 'aws_db_instance.main',
      mode: 'managed',
      type: 'aws_db_instance',
      change: { actions: ['delete'], before: {}, after: null },
    },
  ],
};

const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-runner-test-')));
const slots = path.join(directory, 'slots');
// Children may read the folder of the module: raw plans lie there too, so that a check would see one that is left.
const plugins = path.join(directory, 'plugins');
const pluginsModule = path.join(plugins, 'hostile.cjs');
let runner: Runner;

beforeAll(async () => {
  for (const folder of [slots, plugins]) mkdirSync(folder);
  copyFileSync(path.resolve(__dirname, '../testing/fixtures/hostile.cjs'), pluginsModule);
  runner = startRunner({ directory: slots, pluginsModule, memoryMb: 256 });
  await runner.ready();
});

afterAll(async () => {
  const pids = processTree(runner.pid ?? 0).map(({ pid }) => pid);
  await runner.close();
  expect(await areGone(pids)).toBe(true);
  expect(readdirSync(slots)).toEqual([]);
  expect(readdirSync(plugins)).toEqual(['hostile.cjs']);
  rmSync(directory, { recursive: true, force: true });
});

const plan = (content: unknown = PLAN) => fetchedPlan(plugins, content);

describe('runner', () => {
  it('judges a plan with the checks of a task result, in order, and removes the plan', async () => {
    const raw = plan();
    const ends = await runAssignment(runner, [check('plan-summary'), check('destructive-guard')], { plan: raw });
    expect(ends.map(told)).toEqual([
      'reported Plan: 0 to add, 0 to change, 1 to destroy.',
      'reported The run would destroy 1 resource, against the rules.',
    ]);
    expect(ends[1]).toMatchObject({ report: { findings: [{ rule: 'protected-delete' }] } });
    expect(existsSync(raw.path)).toBe(false);
  });

  it('says what level of isolation there is', () => {
    expect(['full', 'limited', 'weak']).toContain(runner.level);
  });

  it('serves more assignments at once than it has children', async () => {
    const assignments = Array.from({ length: 12 }, () =>
      runAssignment(runner, [check('plan-summary')], { plan: plan() }),
    );
    for (const ends of await Promise.all(assignments)) expect(ends).toMatchObject([{ kind: 'reported' }]);
  });

  it.each([
    ['an unknown plugin', check('nothing'), 'plugin_unknown'],
    ['a configuration that is not valid', check('plan-summary', { config: { maxRows: -1 } }), 'config_invalid'],
  ])('says so of %s', async (_, odd, reason) => {
    const ends = await runAssignment(runner, [odd, check('plan-summary')], { plan: plan() });
    expect(ends).toMatchObject([{ kind: 'errored', reason }, { kind: 'reported' }]);
  });

  it('says why a plan cannot be read to every check that needs it, and runs the others', async () => {
    const cut = plan(JSON.stringify(PLAN).slice(0, -40));
    const ends = await runAssignment(runner, [check('plan-summary'), check('polite')], { plan: cut });
    expect(ends.map(told)).toEqual([
      'plan_unavailable The plan ends too early: it was cut off on its way here.',
      'reported well',
    ]);
    expect(existsSync(cut.path)).toBe(false);
  });

  it('needs a plan where the stage has one', async () => {
    const ends = await runAssignment(runner, [check('plan-summary')]);
    expect(ends.map(told)).toEqual(['plan_unavailable The plan of the run was not fetched.']);
  });

  describe('with plugins that misbehave', () => {
    const SECOND_TO_LIVE = { timeoutSeconds: 1 };
    /** The limit and the grace after it are 3 s; a busy machine may take its time. */
    const AT_MOST_MS = 10_000;

    it.each([
      ['spin', 'timeout', 'did not finish within 1 s'],
      ['hang', 'timeout', 'did not finish within 1 s'],
      ['ignoresTerm', 'timeout', 'did not finish within 1 s'],
    ])('ends %s at its time limit', async (use, reason, detail) => {
      const ends = await runAssignment(runner, [check(use, SECOND_TO_LIVE), check('plan-summary')], { plan: plan() });
      expect(ends).toMatchObject([{ reason, detail: expect.stringContaining(detail) as string }, { kind: 'reported' }]);
      expect(ends[0]?.durationMs).toBeLessThan(AT_MOST_MS);
    });

    it.each([
      ['heap', 'memory', 'used more memory than it may (256 MB)'],
      ['buffers', 'memory', 'used more memory than it may (256 MB)'],
      ['output', 'output', 'wrote more output than it may (256 kB)'],
      ['replyFlood', 'reply_too_large', 'larger than it may be (4 MB)'],
      ['largeReport', 'reply_too_large', 'larger than it may be (4 MB)'],
      ['manyFindings', 'bad_reply', 'not valid'],
      ['oddReport', 'bad_reply', 'verdict'],
      ['forgedReply', 'bad_reply', 'not valid'],
      ['exit', 'exited', 'ended its process (code 0)'],
      ['throws', 'threw', 'Error: no such luck'],
      ['rejects', 'threw', 'odd'],
      ['circular', 'threw', 'circular'],
      ['kills', 'crashed', 'SIGSEGV'],
    ])('ends %s, and judges on', async (use, reason, detail) => {
      const ends = await runAssignment(runner, [check(use), check('plan-summary')], { plan: plan() });
      expect(ends).toMatchObject([{ reason, detail: expect.stringContaining(detail) as string }, { kind: 'reported' }]);
    });

    it('tells a plugin that its time is nearly over', async () => {
      expect((await runAssignment(runner, [check('aborts', SECOND_TO_LIVE)])).map(told)).toEqual([
        'reported gave up in time',
      ]);
    });

    it('shows them neither files, nor environment, nor a way to start anything', async () => {
      const [end] = await runAssignment(runner, [check('look')]);
      const seen = told(end);
      const denied = ['parent', 'own', 'passwords', 'write', 'spawn', 'thread'];
      for (const name of denied) expect(seen).toContain(`${name}:ERR_ACCESS_DENIED`);
    });
  });

  it('shows checks a plan without a trace of its sensitive values, once the raw plan is gone', async () => {
    const raw = plan(canaryPlan());
    const ends = await runAssignment(runner, [check('echo', { config: { rawPath: raw.path } })], { plan: raw });
    expect(ends).toMatchObject([{ kind: 'reported', report: { findings: [{ message: 'raw false' }, {}, {}, {}] } }]);
    const text = JSON.stringify(ends);
    expect(text).toContain('(sensitive value)');
    for (const trace of CANARY_TRACES) expect(text).not.toContain(trace);
  });

  it('ends what runs and what waits when the assignment is aborted', async () => {
    const abort = new AbortController();
    const ends = await runAssignment(runner, [check('polite'), check('hang'), check('plan-summary')], {
      plan: plan(),
      signal: abort.signal,
      ended: () => {
        abort.abort();
      },
    });
    expect(ends).toMatchObject([{ kind: 'reported' }, { reason: 'aborted' }, { reason: 'aborted' }]);
    const late = await runAssignment(runner, [check('plan-summary')], { plan: plan(), signal: abort.signal });
    expect(late).toMatchObject([{ reason: 'aborted' }]);
  });

  it('ends its checks as crashed when the runner is killed, and comes back', async () => {
    const first = runner.pid ?? 0;
    const before = processTree(first).map(({ pid }) => pid);
    const raw = plan();
    const ends = await runAssignment(runner, [check('polite'), check('spin'), check('polite')], {
      plan: raw,
      ended: () => {
        if (runner.pid === first) process.kill(first, 'SIGKILL');
      },
    });
    expect(ends).toMatchObject([{ kind: 'reported' }, { reason: 'crashed' }, { reason: 'crashed' }]);
    expect(existsSync(raw.path)).toBe(false);
    expect(await areGone(before)).toBe(true);
    expect((await runAssignment(runner, [check('plan-summary')], { plan: plan() })).map(({ kind }) => kind)).toEqual([
      'reported',
    ]);
  });
});
