import { renameSync, rmSync } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import path from 'node:path';
import type { JobPlan } from '../child-messages.js';
import type { ChildAnswer } from './child.js';
import type { Death } from './death.js';
import { MASK_LIMITS } from './slots.js';
import type { Pool, Slot } from './pool.js';

/** One plan to mask. */
export interface MaskJob {
  /** The raw plan. */
  readonly from: string;
  /** Where the masked plan goes. */
  readonly to: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Masks a plan in a child and removes the raw one, whatever happens: no check starts while it is there. */
export async function maskInChild(pool: Pool, job: MaskJob): Promise<JobPlan> {
  try {
    const acquired = await pool.acquire(false);
    if (acquired.kind === 'none') return unavailable(deathText(acquired, job));
    return await maskInSlot(pool, acquired.slot, job);
  } finally {
    rmSync(job.from, { force: true });
  }
}

async function maskInSlot(pool: Pool, slot: Slot, job: MaskJob): Promise<JobPlan> {
  const raw = path.join(slot.directory, 'raw.json');
  const masked = path.join(slot.directory, 'masked.json');
  const abort = (): void => {
    slot.child.kill('aborted');
  };
  job.signal.addEventListener('abort', abort, { once: true });
  try {
    await linkOrCopy(job.from, raw);
    const answer = await slot.child.ask({ from: raw, to: masked }, job.timeoutMs);
    if (answer.kind === 'reply' && answer.reply.kind === 'masked') renameSync(masked, job.to);
    return toPlan(answer, job);
  } catch {
    return unavailable('The file of the plan is gone.');
  } finally {
    job.signal.removeEventListener('abort', abort);
    for (const file of [raw, masked]) rmSync(file, { force: true });
    pool.release(slot, !job.signal.aborted);
  }
}

function toPlan(answer: ChildAnswer, job: MaskJob): JobPlan {
  if (answer.kind === 'died') return unavailable(deathText(answer, job));
  if (answer.reply.kind === 'unmaskable') return unavailable(answer.reply.reason);
  return answer.reply.kind === 'masked' ? { kind: 'masked', path: job.to } : unavailable('The plan could not be read.');
}

function deathText({ reason }: Death, { timeoutMs }: MaskJob): string {
  if (reason === 'timeout') return `The plan could not be read within ${timeoutMs / 1_000} s.`;
  if (reason === 'memory') return `Reading the plan needs more memory than there is (${MASK_LIMITS.dataMb} MB).`;
  return `The process that reads plans ended (${reason}).`;
}

function unavailable(reason: string): JobPlan {
  return { kind: 'unavailable', reason };
}

/** Gives a file a second name; where the file system cannot, a second body. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}
