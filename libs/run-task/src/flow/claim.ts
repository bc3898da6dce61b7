import type { Claimed, ScheduleStore, Usage } from '../ports.js';

/** How long a lease lasts; its holder prolongs it every `RENEW_EVERY_MS`. Never scaled. */
export const LEASE_MS = 10_000;
/** How often a lease is renewed while work goes on, milliseconds: three times before it runs out. */
export const RENEW_EVERY_MS = 3_000;

/** A worker process and the slots that it has free. */
export interface FreeSlots {
  readonly worker: string;
  readonly slots: number;
  /** What ended in this worker since its claim before. */
  readonly ended?: readonly Usage[];
}

/**
 * Second moment: takes task results that wait, or that their worker lost, fairly between organizations. Each gets `epoch + 1`,
 * so that whoever held it before can no longer write.
 */
export async function claim(
  schedule: ScheduleStore,
  { worker, slots, ended = [] }: FreeSlots,
): Promise<readonly Claimed[]> {
  return slots < 1 ? [] : schedule.claim(worker, slots, ended);
}
