import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from '../../harness/simulator-process.js';
import type { Tenant, World } from './world.js';

/** Task results that arrive one after another. */
export interface LoadOptions {
  readonly tenants: readonly Tenant[];
  readonly everyMs: number;
  /** What is odd about the run with this number. */
  readonly optionsOf?: (number: number) => Partial<RunOptions>;
}

/** A load that was started. */
export interface Load {
  /** Sends nothing more, and resolves with the ids of what was answered 200. */
  stop(): Promise<readonly string[]>;
}

/** A caller that comes again for about half a minute. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

/** Sends runs, of each organization in turn, until it is stopped; whoever is refused comes again. */
export function startLoad(world: World, { tenants, everyMs, optionsOf = () => ({}) }: LoadOptions): Load {
  const stopping = new AbortController();
  const sending: Promise<string | null>[] = [];
  const send = async (number: number): Promise<string | null> => {
    const tenant = tenants[number % tenants.length];
    if (tenant === undefined) return null;
    const { taskResultId, accepted } = await world.send(tenant, {
      retryDelaysMs: RETRY_DELAYS_MS,
      ...optionsOf(number),
    });
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

/** Sends runs for so long; the ids of what was answered 200. */
export async function loadFor(world: World, ms: number, options: LoadOptions): Promise<readonly string[]> {
  const load = startLoad(world, options);
  await sleep(ms);
  return load.stop();
}
