import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PlanError, findPlugin, openPlan } from '@rungate/checks';
import { runPlugin } from '@rungate/checks/testing';
import { judge, verdictOf, type Check, type CheckResult } from '@rungate/run-task';
import { aCheck, seededRandom } from '@rungate/run-task/testing';
import { maskPlan } from './masking/mask-plan.js';

// A few hundred in the unit suite; `node tools/fuzz-plans.mjs --seed 1 --count 10000` runs more of the same.
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_122);
const COUNT = Number(process.env.FUZZ_COUNT ?? 400);
const MINUTES = 60_000;

const FIXTURES = path.resolve(__dirname, '../../../apps/terraform-simulator/fixtures');
const directory = mkdtempSync(path.join(tmpdir(), 'rungate-damaged-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const checks: readonly Check[] = [
  aCheck({ name: 'guard', use: 'destructive-guard', config: { protectedTypes: ['terraform_data'] } }),
  aCheck({ name: 'summary', use: 'plan-summary' }),
];

/** What is said of a plan: a verdict with the numbers behind it, or nothing but that it cannot be judged. */
type Answer =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'judged'; readonly verdict: string; readonly destroyed: number; readonly created: number };

describe('a damaged plan', () => {
  it(
    'is refused, or judged as what JSON.parse makes of it',
    async () => {
      const plans = readdirSync(FIXTURES, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => readFileSync(path.join(FIXTURES, name, 'plan.json')));
      const random = seededRandom(SEED);
      const seen = { refused: 0, passed: 0, failed: 0 };
      for (let round = 0; round < COUNT; round++) {
        const plan = plans[Math.floor(random() * plans.length)] ?? Buffer.alloc(0);
        const damaged = damage(plan, random);
        const actual = await answerOf(damaged);
        const told = { round, text: damaged.toString('latin1') };
        expect({ ...told, ...actual }).toMatchObject(expectationOf(oracle(damaged), actual));
        seen[
          actual.kind === 'judged' && actual.verdict === 'passed'
            ? 'passed'
            : actual.kind === 'judged'
              ? 'failed'
              : 'refused'
        ]++;
      }
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(COUNT / 100);
    },
    10 * MINUTES,
  );
});

/** A duplicate at the top is refused, where JSON.parse lets the last one win. */
function expectationOf(expected: Answer, actual: Answer): object {
  if (actual.kind === 'refused' && actual.code === 'duplicate_key') return actual;
  return expected.kind === 'refused' ? { kind: 'refused' } : expected;
}

/** Cuts the plan off, or changes one to four of its bytes. */
function damage(plan: Buffer, random: () => number): Buffer {
  const at = (): number => Math.floor(random() * plan.length);
  if (random() < 0.3) return plan.subarray(0, at());
  const damaged = Buffer.from(plan);
  const bytes = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x30, 0x78, 0x20, 0x01, 0xff];
  for (let count = Math.ceil(random() * 4); count > 0; count--) {
    const place = at();
    const isFlip = random() < 0.5;
    damaged[place] = isFlip
      ? (damaged[place] ?? 0) ^ (1 << Math.floor(random() * 8))
      : (bytes[Math.floor(random() * bytes.length)] ?? 0);
  }
  return damaged;
}

/** The way of the platform: mask, read, check, judge; all but the processes around it. */
async function answerOf(bytes: Buffer): Promise<Answer> {
  const raw = path.join(directory, 'raw.json');
  const masked = path.join(directory, 'masked.json');
  rmSync(masked, { force: true });
  writeFileSync(raw, bytes);
  try {
    maskPlan(raw, masked);
    const results = [];
    for (const check of checks) results.push(await resultOf(check, masked));
    const facts = new Map(results.flatMap((result) => Object.entries(result.facts)));
    const created = (facts.get('create') ?? -1) + (facts.get('replace') ?? -1);
    const { verdict } = verdictOf('post_plan', results);
    return { kind: 'judged', verdict, destroyed: facts.get('destroyed') ?? -1, created };
  } catch (cause) {
    if (!(cause instanceof PlanError)) throw cause;
    return { kind: 'refused', code: cause.code };
  }
}

async function resultOf(check: Check, plan: string): Promise<CheckResult> {
  const plugin = findPlugin(check.use);
  if (plugin === null) throw new Error(`there is no plugin ${check.use}`);
  const report = await runPlugin(plugin, openPlan(plan), check.config);
  return judge(check, { kind: 'reported', check: check.name, report, durationMs: 1, isolation: null, log: [] });
}

const NO_PLAN: Answer = { kind: 'refused', code: 'oracle' };
const ACTIONS = ['no-op', 'create', 'read', 'update', 'delete', 'forget'];
type Json = Record<string, unknown>;

/** The same by the shortest way: parse all, look at all. */
function oracle(bytes: Buffer): Answer {
  const plan = parse(bytes);
  if (!isObject(plan) || !/^(0\.[1-9]\d*|1\.\d+)(\.\d+)?$/.test(textOf(plan.format_version))) return NO_PLAN;
  const members = ['planned_values', 'configuration', 'resource_changes', 'output_changes', 'deferred_changes'];
  if (!members.some((name) => name in plan)) return NO_PLAN;
  const changes = plan.resource_changes ?? [];
  const deferred = plan.deferred_changes;
  const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0;
  if (isEmpty(changes) && isEmpty(deferred) && plansResources(plan.planned_values)) return NO_PLAN;
  if (!Array.isArray(changes) || !changes.every(isChange)) return NO_PLAN;
  return judgeChanges(changes.filter(isObject).filter(({ mode }) => mode !== 'data'));
}

function judgeChanges(changes: readonly Json[]): Answer {
  const actionsOf = ({ change }: Json): readonly unknown[] => (change as { actions: unknown[] }).actions;
  const count = (action: string): number => changes.filter((change) => actionsOf(change).includes(action)).length;
  const gone = changes.filter((change) =>
    actionsOf(change).some((action) => action === 'delete' || action === 'forget'),
  );
  const isDestroyRun = count('delete') > 0 && changes.every((change) => actionsOf(change).every((a) => a === 'delete'));
  const isBlocked = isDestroyRun || gone.some(({ type }) => type === 'terraform_data');
  return {
    kind: 'judged',
    verdict: isBlocked ? 'failed' : 'passed',
    destroyed: count('delete'),
    created: count('create'),
  };
}

function isChange(entry: unknown): boolean {
  if (!isObject(entry) || typeof entry.address !== 'string' || typeof entry.type !== 'string') return false;
  if (!isObject(entry.change)) return false;
  const { actions } = entry.change;
  return Array.isArray(actions) && actions.length > 0 && actions.every((action) => ACTIONS.includes(textOf(action)));
}

function plansResources(values: unknown): boolean {
  const holds = (module: unknown): boolean => {
    if (!isObject(module)) return false;
    const { resources, child_modules: children } = module;
    const own = Array.isArray(resources) && resources.some((entry) => !isObject(entry) || entry.mode !== 'data');
    return own || (Array.isArray(children) && children.some(holds));
  };
  return isObject(values) && holds(values.root_module);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
