import { readFileSync } from 'node:fs';
import type { Plan } from '@rungate/checks';

// `read-plan.js parse|count|mask <plan> [<masked plan>]`: one way of going through a plan, in a process of its own, so that
// its memory is nobody else's. Prints its figures. Each way loads what it needs alone, before the clock starts: plugins and
// their schemas are no part of the reader.
const WAYS: Readonly<Record<string, () => Promise<Way>>> = {
  parse: () => Promise.resolve((plan) => countParsed(JSON.parse(readFileSync(plan, 'utf8')))),
  count: async () => {
    const { openPlan } = await import('@rungate/checks/plan');
    return (plan) => countStreamed(openPlan(plan));
  },
  mask: async () => {
    const { maskPlan } = await import('@rungate/sandbox');
    return (plan, masked) => {
      maskPlan(plan, masked);
      return 0;
    };
  },
};

/** Returns how many resources change, or 0 when it does not count. */
type Way = (plan: string, masked: string) => Promise<number> | number;

async function main(): Promise<void> {
  const [way = '', plan = '', masked = ''] = process.argv.slice(2);
  const go = await WAYS[way]?.();
  if (go === undefined) throw new Error(`There is no way ${way}: ${Object.keys(WAYS).join(', ')}.`);
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const counted = await go(plan, masked);
  const { user, system } = process.cpuUsage(before);
  const figures = {
    ms: performance.now() - startedAt,
    'CPU ms': (user + system) / 1_000,
    'peak MB': process.resourceUsage().maxRSS / 1_024,
    changes: counted,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function countParsed(plan: unknown): number {
  if (typeof plan !== 'object' || plan === null || !('resource_changes' in plan)) return 0;
  return Array.isArray(plan.resource_changes) ? plan.resource_changes.filter(changes).length : 0;
}

/** Looks no further than it must: more would not be part of the baseline. */
function changes(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null || !('change' in entry)) return false;
  const { change } = entry;
  if (typeof change !== 'object' || change === null || !('actions' in change)) return false;
  return Array.isArray(change.actions) && isChange(change.actions);
}

async function countStreamed(plan: Plan): Promise<number> {
  let count = 0;
  for await (const { change } of plan.changes()) if (isChange(change.actions)) count++;
  return count;
}

function isChange(actions: readonly unknown[]): boolean {
  return actions.some((action) => action !== 'no-op' && action !== 'read');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
