import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from '../../harness/simulator-process.js';
import type { Tenant, World } from './world.js';

/** Task results that arrive one after another. */
export interface LoadOptions {
  readonly tenants: readonly Tenant[];
  readonly everyMs: number;
  /** What is odd about the run with this number. */
  readonly optionsOf?: (number: number) => Partial<RunOptions>;
  /** Whether the identical request of the run with this number is sent once more. */
  readonly isRepeated?: (number: number) => boolean;
}

/** A load that was started. */
export interface Load {
  /** Sends nothing more, and resolves with the ids of what was answered 200. */
  stop(): Promise<readonly string[]>;
}

/** Sends runs, of each organization in turn, until it is stopped; whoever is refused comes again. */
export function startLoad(world: World, options: LoadOptions): Load {
  const { tenants, everyMs, optionsOf = () => ({}), isRepeated = () => false } = options;
  const stopping = new AbortController();
  const sending: Promise<string | null>[] = [];
  const send = async (number: number): Promise<string | null> => {
    const tenant = tenants[number % tenants.length];
    if (tenant === undefined) return null;
    const { taskResultId, accepted } = await world.offer(tenant, optionsOf(number));
    if (isRepeated(number)) await world.host.simulator.sendAgain(taskResultId);
    return accepted ? taskResultId : null;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      sending.push(send(sending.length));
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      const ids = await Promise.all(sending);
      return ids.filter((id) => id !== null);
    },
  };
}
