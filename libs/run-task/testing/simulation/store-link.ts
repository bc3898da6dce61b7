import type { AttemptOutcome, HookStore, ScheduleStore, TaskStore } from '../../src/index.js';
import type { Commit, Faults } from './faults.js';
import type { Ledger } from './ledger.js';
import type { SimulatedProcess } from './process.js';
import type { Story } from './story.js';
import type { Timeline } from './timeline.js';

/** The stores of the main path. */
export interface Stores {
  readonly hooks: HookStore;
  readonly schedule: ScheduleStore;
  readonly tasks: TaskStore;
}

/** What lies between the processes and the store. */
export interface StoreNetwork {
  readonly stores: Stores;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly story: Story;
}

/** The stores in the hands of one process, which may die around each commit, over a network that loses and delays. */
export function link(process: SimulatedProcess, network: StoreNetwork): Stores {
  const through = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || typeof name !== 'string') return method;
        return (...args: readonly unknown[]) =>
          call(process, network, { name, args, run: () => Reflect.apply(method, target, args) as Promise<unknown> });
      },
    });
  const { hooks, schedule, tasks } = network.stores;
  return { hooks: through(hooks), schedule: through(schedule), tasks: through(tasks) };
}

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly run: () => Promise<unknown>;
}

async function call(process: SimulatedProcess, network: StoreNetwork, { name, args, run }: Call): Promise<unknown> {
  const { timeline, faults, ledger, story } = network;
  const commit = commitOf(name, args);
  faults.strike(process, 'before', commit);
  await process.running();
  const lost = faults.loses();
  const [thereMs, backMs] = [faults.latencyMs(), faults.latencyMs()];
  // From here on the statement is on its way: it is executed whatever becomes of the process.
  if (thereMs > 0) await timeline.sleep(thereMs);
  if (lost === 'call' || faults.storeIsAway) {
    story.tellCall(process.name, `${name} fails`, args, null);
    await timeline.sleep(50);
    await process.running();
    throw new StoreAwayError(name);
  }
  const answer = await run();
  ledger.note(timeline.now, name, args, answer);
  story.tellCall(process.name, name, args, answer);
  if (hasEffect(answer)) faults.strike(process, 'after', commit);
  if (backMs > 0) await timeline.sleep(backMs);
  await process.running();
  if (lost === 'answer') throw new StoreAwayError(name);
  return answer;
}

/** The store did not answer; what it did is not known. */
class StoreAwayError extends Error {
  constructor(method: string) {
    super(`no answer to ${method}`);
    this.name = 'StoreAwayError';
  }
}

const BY_METHOD: Readonly<Record<string, Commit>> = {
  recordTaskResult: 'D1',
  claim: 'D2',
  takeOver: 'D2',
  saveCheckResults: 'D3',
  decide: 'D4',
  claimDeliveries: 'D5',
  startProgress: 'D5',
};

function commitOf(method: string, args: readonly unknown[]): Commit | null {
  if (method !== 'finishAttempt') return BY_METHOD[method] ?? null;
  const outcome = args[1] as AttemptOutcome;
  return outcome.step.kind === 'retry' ? 'D5' : 'D6';
}

/** An empty answer means that nothing was committed. */
function hasEffect(answer: unknown): boolean {
  return !(answer === null || answer === false || (Array.isArray(answer) && answer.length === 0));
}
