import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { INPUT_LIMIT, type MaskedPlan } from '@rungate/run-task';
import { CANARY_TRACES, canaryPlan } from '../testing/canary-plan.js';
import { attack, check, fetchedPlan, PLUGINS, runAssignment, told } from '../testing/assignments.js';
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
const plans = path.join(directory, 'plans');
let runner: Runner;

beforeAll(async () => {
  for (const folder of [slots, plans]) mkdirSync(folder);
  runner = startRunner({ directory: slots, pluginsDir: PLUGINS, acceptOthersAt: 'weak', memoryMb: 256 });
  await runner.ready();
});

afterAll(async () => {
  const pids = processTree(runner.pid ?? 0).map(({ pid }) => pid);
  await runner.close();
  expect(await areGone(pids)).toBe(true);
  expect(readdirSync(slots)).toEqual([]);
  expect(readdirSync(plans)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

const plan = (content: unknown = PLAN) => fetchedPlan(plans, content);

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

  it('hands the masked plan back where it is wanted, once the checks have ended', async () => {
    const story: string[] = [];
    const handedBack = new Promise<MaskedPlan>((resolve) => {
      const masked = (plan: MaskedPlan): void => {
        story.push('masked');
        resolve(plan);
      };
      const ended = (): void => void story.push('ended');
      void runAssignment(runner, [check('plan-summary'), check('echo')], { plan: plan(canaryPlan()), masked, ended });
    });
    const { gzip, changes } = await handedBack;
    const text = gunzipSync(gzip ?? '').toString();
    expect(JSON.stringify(changes?.items)).toContain('"action":');
    expect(story).toEqual(['ended', 'ended', 'masked']);
    expect(JSON.parse(text)).toHaveProperty('resource_changes');
    for (const trace of CANARY_TRACES) expect(text + JSON.stringify(changes)).not.toContain(trace);
  });

  it('says so when the masked plan is larger than is kept', async () => {
    const text = randomBytes(INPUT_LIMIT).toString('base64');
    const large = {
      ...PLAN,
      resource_changes: [
        ...PLAN.resource_changes,
        {
          address: 'a.b',
          mode: 'managed',
          type: 'a',
          change: { actions: ['no-op'], before: { text }, after: { text } },
        },
      ],
    };
    const handedBack = await new Promise((resolve) => {
      void runAssignment(runner, [check('plan-summary')], { plan: plan(large), masked: resolve });
    });
    expect(handedBack).toMatchObject({ gzip: null, changes: { counts: { delete: 1 }, isCut: false } });
  });

  it('says how much each check was held back, and what it logged', async () => {
    const ends = await runAssignment(runner, [attack('logs'), check('nothing')]);
    expect(ends).toMatchObject([
      { isolation: runner.level, log: ['first', 'second'] },
      { isolation: null, log: [] },
    ]);
  });

  it('knows plugins of others as data, and runs them with their defaults and their own reading', async () => {
    expect(runner.plugins.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'echo 1.0.0',
      'good 2.1.0',
      'hostile 1.0.0',
    ]);
    const checks = [{}, { most: 0 }, { most: -1 }, { other: 1 }, { word: 'odd' }].map((config) =>
      check('good', { config }),
    );
    expect((await runAssignment(runner, checks, { plan: plan() })).map(told)).toEqual([
      'reported 1 of 10, true',
      'reported 1 of 0, true',
      'config_invalid The configuration of the check is not valid (/most: must be at least 0).',
      'config_invalid The configuration of the check is not valid (/other: This key is not known.).',
      'config_invalid The configuration is not valid. /: odd is no word',
    ]);
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
    const ends = await runAssignment(runner, [check('plan-summary'), attack('polite')], { plan: cut });
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

  it('shows checks a plan without a trace of its sensitive values, once the raw plan is gone', async () => {
    const raw = plan(canaryPlan());
    const wasThere: boolean[] = [];
    const ends = await runAssignment(runner, [check('plan-summary'), check('echo')], {
      plan: raw,
      ended: () => wasThere.push(existsSync(raw.path)),
    });
    expect(wasThere).toEqual([false, false]);
    expect(ends).toMatchObject([{}, { kind: 'reported', report: { findings: [{}, {}, {}] } }]);
    const text = JSON.stringify(ends);
    expect(text).toContain('(sensitive value)');
    for (const trace of CANARY_TRACES) expect(text).not.toContain(trace);
  });

  it('ends what runs and what waits when the assignment is aborted', async () => {
    const abort = new AbortController();
    const ends = await runAssignment(runner, [attack('polite'), attack('hang'), check('plan-summary')], {
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
    const ends = await runAssignment(runner, [attack('polite'), attack('spin'), attack('polite')], {
      plan: raw,
      ended: () => {
        if (runner.pid === first) process.kill(first, 'SIGKILL');
      },
    });
    expect(ends).toMatchObject([{ kind: 'reported' }, { reason: 'sandbox_lost' }, { reason: 'sandbox_lost' }]);
    expect(existsSync(raw.path)).toBe(false);
    expect(await areGone(before)).toBe(true);
    expect((await runAssignment(runner, [check('plan-summary')], { plan: plan() })).map(({ kind }) => kind)).toEqual([
      'reported',
    ]);
  });
});
