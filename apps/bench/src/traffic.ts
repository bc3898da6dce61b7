import { setTimeout as sleep } from 'node:timers/promises';
import { sendLoad } from './load.js';
import type { BenchHook, BenchTerraform } from './terraform.js';

/** Who calls, and whom. */
export interface Caller {
  readonly terraform: BenchTerraform;
  /** Of the server that answers. */
  readonly origin: string;
  readonly hook: BenchHook;
}

const CONNECTIONS = 16;

/** Sends on a clock, whether or not answers come; milliseconds from sending to the verdict. */
export async function atRate(
  { terraform, origin, hook }: Caller,
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const startAt = performance.now() + 50;
  const one = async (index: number): Promise<number> => {
    const { request, delivered } = terraform.newRequest(hook);
    await sleep(Math.max(0, startAt + (index * 1_000) / perSecond - performance.now()));
    const requests = [request];
    const sentAt = performance.now();
    await sendLoad({ origin, connections: 1, next: () => requests.pop() ?? null });
    return (await delivered) - sentAt;
  };
  return Promise.all(Array.from({ length: Math.ceil(perSecond * seconds) }, (_, index) => one(index)));
}

/** Sends as fast as it is answered; milliseconds from the first request to the last verdict. */
export async function burst({ terraform, origin, hook }: Caller, count: number): Promise<number> {
  const made = Array.from({ length: count }, () => terraform.newRequest(hook));
  const startedAt = performance.now();
  let index = 0;
  await sendLoad({ origin, connections: CONNECTIONS, next: () => made[index++]?.request ?? null });
  const ends = await Promise.all(made.map(({ delivered }) => delivered));
  return Math.max(...ends) - startedAt;
}
