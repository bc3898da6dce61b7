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
  const count = Math.ceil(perSecond * seconds);
  return onClock(count, perSecond, async () => {
    const { request, delivered } = terraform.newRequest(hook);
    const sentAt = performance.now();
    await send(origin, request);
    return (await delivered) - sentAt;
  });
}

/** Does something so many times, each at its moment, whether or not those before have ended. */
export function onClock<T>(count: number, perSecond: number, once: (index: number) => Promise<T>): Promise<T[]> {
  const startAt = performance.now() + 50;
  const one = async (_: unknown, index: number): Promise<T> => {
    await sleep(Math.max(0, startAt + (index * 1_000) / perSecond - performance.now()));
    return once(index);
  };
  return Promise.all(Array.from({ length: count }, one));
}

/** Sends one request on a connection of its own; resolves with its answer, which may be of any status. */
export async function send(origin: string, request: Buffer): Promise<void> {
  const requests = [request];
  await sendLoad({ origin, connections: 1, next: () => requests.pop() ?? null });
}

/** Sends as fast as it is answered; milliseconds from the first request to the last verdict. */
export async function burst({ terraform, origin, hook }: Caller, count: number): Promise<number> {
  return burstTo({ terraform, origin, hooks: [hook] }, count);
}

/** The same to many hooks in turns. */
export async function burstTo(
  { terraform, origin, hooks }: Omit<Caller, 'hook'> & { readonly hooks: readonly BenchHook[] },
  count: number,
): Promise<number> {
  const made = Array.from({ length: count }, (_, index) => hooks[index % hooks.length]).flatMap((hook) =>
    hook === undefined ? [] : [terraform.newRequest(hook)],
  );
  const startedAt = performance.now();
  let index = 0;
  await sendLoad({ origin, connections: CONNECTIONS, next: () => made[index++]?.request ?? null });
  const ends = await Promise.all(made.map(({ delivered }) => delivered));
  return Math.max(...ends) - startedAt;
}
