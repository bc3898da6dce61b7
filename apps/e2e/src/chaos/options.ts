import { parseArgs } from 'node:util';
import { SCENARIOS } from '../faults/scenarios/all.js';
import type { Scenario } from '../faults/scenarios/scenario.js';
import type { QueueKind } from '../faults/world/world.js';

/** What is to be done; several at once are done one after another. */
export interface ChaosOptions {
  readonly kind: 'run';
  /** Null: none. */
  readonly scenarios: readonly Scenario[] | null;
  readonly queues: readonly QueueKind[];
  /** How many schedules of the flows over in-memory ports. */
  readonly simulated: number;
  /** How many real schedules. */
  readonly real: number;
  /** Of the first schedule; the others follow it. */
  readonly seed: number;
  readonly takeovers: number;
  readonly redisAwayMinutes: number;
}

/** Options as they were given, or why they make no sense. */
export type ReadOptions =
  ChaosOptions | { readonly kind: 'help'; readonly text: string } | { readonly kind: 'wrong'; readonly reason: string };

const QUEUES: readonly QueueKind[] = ['redis', 'postgres'];

/** What `--help` prints. */
export const HELP = `npm run chaos -- [what to do]

Breaks a Rungate of real processes, Postgres, Redis and a simulated Terraform, and judges what was recorded.
Ends 1 when something did not hold; then it says where the whole history lies.

  --all                   every scenario, on every queue that it is told on
  --scenario NAME         one scenario; may be repeated
  --list                  the names of all scenarios
  --queue redis|postgres  where tickets lie; both unless given
  --simulated N           N random schedules without processes: thousands a minute
  --real N                N random schedules with processes, half a minute each
  --seed S                of the first schedule, the others count up from it; 1 unless given
  --takeover N            kills the worker that evaluates N times, prints seconds until another goes on
  --redis-away MINUTES    stops Redis for real minutes at real deadlines while task results arrive, then wipes it
  --help

For example:
  npm run chaos -- --scenario kill-worker-mid-check --queue redis
  npm run chaos -- --simulated 50000 --seed 1
  npm run chaos -- --real 60 --seed 1
  npm run chaos -- --real 1 --seed 17        replays the schedule with that seed
`;

/** Reads the command line. */
export function readOptions(args: readonly string[]): ReadOptions {
  try {
    return interpret(parse(args));
  } catch (error) {
    return { kind: 'wrong', reason: error instanceof Error ? error.message : String(error) };
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      all: { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      queue: { type: 'string', multiple: true, default: [] },
      simulated: { type: 'string', default: '0' },
      real: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      takeover: { type: 'string', default: '0' },
      'redis-away': { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function interpret(values: ReturnType<typeof parse>): ReadOptions {
  if (values.help) return { kind: 'help', text: HELP };
  if (values.list) return { kind: 'help', text: SCENARIOS.map(({ name, about }) => `${name}: ${about}\n`).join('') };
  const options: ChaosOptions = {
    kind: 'run',
    scenarios: chosenScenarios(values),
    queues: values.queue.length === 0 ? QUEUES : values.queue.map(queueNamed),
    simulated: count('--simulated', values.simulated),
    real: count('--real', values.real),
    seed: count('--seed', values.seed),
    takeovers: count('--takeover', values.takeover),
    redisAwayMinutes: Number(values['redis-away']),
  };
  const isIdle =
    options.scenarios === null && options.simulated + options.real + options.takeovers + options.redisAwayMinutes === 0;
  return isIdle ? { kind: 'wrong', reason: 'Say what to do.' } : options;
}

function chosenScenarios({ all, scenario }: ReturnType<typeof parse>): readonly Scenario[] | null {
  if (all) return SCENARIOS;
  if (scenario.length === 0) return null;
  return scenario.map((name) => {
    const found = SCENARIOS.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no scenario ${name}; --list names them.`);
    return found;
  });
}

function queueNamed(name: string): QueueKind {
  const found = QUEUES.find((queue) => queue === name);
  if (found === undefined) throw new Error(`--queue takes redis or postgres, not ${name}.`);
  return found;
}

function count(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number, not ${text}.`);
  return Number(text);
}
