import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalogue, needsPlan } from '@rungate/checks';
import {
  allowances,
  claim,
  evaluate,
  type Check,
  type CheckResult,
  type PlanSource,
  type Verdict,
} from '@rungate/run-task';
import { aHook, aRequest, FakeQuarantineWatch, InMemoryStore } from '@rungate/run-task/testing';
import { check, fetchedPlan } from '../testing/assignments.js';
import { startRunner, type Runner } from './index.js';

jest.setTimeout(120_000);

const GREEDY_PLUGINS = path.resolve(__dirname, '../testing/fixtures/greedy-plugins');
const MEMORY_MB = 128;
const MEBIBYTE = 2 ** 20;
/** Far less than a megabyte takes: built-in checks take time in proportion to the plan, and any limit has a plan that passes it. */
const A_MILLISECOND = 0.001;

/** A check of each plugin that ships; one that is added must be added here. */
const BUILT_IN: Readonly<Record<string, Check['config']>> = {
  'destructive-guard': { protectedTypes: ['aws_vpc'] },
  'plan-summary': {},
  rules: { rules: [{ name: 'named', require: { path: 'name', operator: 'exists' } }] },
};

const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-breaking-test-')));
const plans = path.join(directory, 'plans');
let runner: Runner;

beforeAll(async () => {
  mkdirSync(plans);
  runner = startRunner({
    directory,
    pluginsDir: GREEDY_PLUGINS,
    acceptOthersAt: 'weak',
    memoryMb: MEMORY_MB,
  });
  await runner.ready();
});

afterAll(async () => {
  await runner.close();
  rmSync(directory, { recursive: true, force: true });
});

/** One evaluation, from the request to the verdict, of a run task that passes what nobody could judge in time. */
async function judge(
  checks: readonly Check[],
  planPath: string,
): Promise<{ verdict?: Verdict; results: CheckResult[] }> {
  const store = new InMemoryStore();
  const hook = aHook();
  store.addRunTask(hook, { checks, onTimeout: 'passed' });
  const taskResult = { id: 'tr-1', hook, keyId: 'key-1', request: aRequest(), bodyHash: 'a' };
  await store.hooks.recordTaskResult({ ...taskResult, allowances: allowances('rolling') });
  const [lease] = await claim(store.schedule, { worker: 'w', slots: 1 });
  if (lease === undefined) throw new Error('nothing to claim');
  const plan = { path: planPath, bytes: 1, dispose: () => Promise.resolve() };
  const source: PlanSource = { fetchPlan: () => Promise.resolve({ kind: 'fetched', plan }) };
  const { tasks, clock } = store;
  const quarantine = new FakeQuarantineWatch();
  const ports = { tasks, plans: source, runner, catalogue: { needsPlan: isFedByPlan }, clock, quarantine };
  await evaluate(ports, lease, new AbortController().signal);
  const { taskResult: judged, results } = store.row('tr-1');
  return { ...('verdict' in judged ? { verdict: judged.verdict } : {}), results };
}

const isFedByPlan = (use: string): boolean => use === 'hoarder' || needsPlan(use);

/** Writes a plan of so many resources with what each holds. */
function planOf(resources: number, after: string): string {
  const file = path.join(plans, `plan-${randomUUID()}.json`);
  const descriptor = openSync(file, 'wx', 0o600);
  writeSync(descriptor, '{"format_version":"1.2","resource_changes":[');
  for (let number = 0; number < resources; number++) {
    const address = `"address":"aws_vpc.a${number}","mode":"managed","type":"aws_vpc","name":"a${number}"`;
    const change = `{"actions":["create"],"before":null,"after":${after}}`;
    writeSync(descriptor, `${number === 0 ? '' : ','}{${address},"change":${change}}`);
  }
  writeSync(descriptor, ']}');
  closeSync(descriptor);
  return file;
}

const builtIn = (use: string, members: Partial<Check> = {}): Check =>
  check(use, { config: BUILT_IN[use] ?? {}, ...members });
const smallPlan = (): string => planOf(3, '{"name":"x"}');
/** Small in the file, and large once it is held: thirty bytes of memory for each of text. */
const objects = (count: number): string => `{"name":"x","list":[${'{},'.repeat(count)}{}]}`;

it('knows every check that ships', () => {
  expect(
    catalogue()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(BUILT_IN).sort());
});

describe.each(Object.keys(BUILT_IN))('%s, mandatory, under onTimeout: passed', (use) => {
  it('passes a plan that it can judge', async () => {
    const { verdict, results } = await judge([builtIn(use)], smallPlan());
    expect([verdict, results.map(({ status }) => status)]).toEqual(['passed', ['passed']]);
  });

  it.each([
    [
      'takes longer than the check may',
      () => planOf(100, `{"name":"${'x'.repeat(MEBIBYTE / 10)}"}`),
      'timeout',
      A_MILLISECOND,
    ],
    ['does not fit into memory', () => planOf(1, objects(20 * MEBIBYTE)), 'plan_unavailable', 20],
    [
      'is cut off',
      () => fetchedPlan(plans, '{"format_version":"1.2","resource_changes":[{').path,
      'plan_unavailable',
      20,
    ],
    ['is no plan', () => fetchedPlan(plans, '[]').path, 'plan_unavailable', 20],
  ])('fails a plan that %s', async (_, plan, failure, timeoutSeconds) => {
    const { verdict, results } = await judge([builtIn(use, { timeoutSeconds })], plan());
    expect(results).toMatchObject([{ status: 'errored', failure, blocks: true }]);
    expect(verdict).toBe('failed');
  });
});

it('fails a plan that fills memory only in the last check, and keeps what the others found', async () => {
  const checks = [...Object.keys(BUILT_IN).map((use) => builtIn(use)), check('hoarder')];
  expect(await judge(checks, planOf(3, objects(1_000)))).toMatchObject({ verdict: 'passed' });
  const { verdict, results } = await judge(checks, planOf(300, objects(10_000)));
  expect(results.map(({ status, failure }) => failure ?? status)).toEqual(['passed', 'passed', 'passed', 'memory']);
  expect(verdict).toBe('failed');
});
