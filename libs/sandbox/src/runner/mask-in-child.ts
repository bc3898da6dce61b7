import { renameSync, rmSync } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import path from 'node:path';
import type { CheckPlan } from '../child-messages.js';
import type { ChildAnswer } from './child.js';
import type { Death } from './death.js';
import { MASK_LIMITS } from './slots.js';
import type { Pool, Slot } from './pool.js';

/** One plan to mask. */
export interface Masking {
  /** The raw plan. */
  readonly from: string;
  /** Where the masked plan goes. */
  readonly to: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const RAW = 'raw.json';
const MASKED = 'masked.json';

/** Masks a plan in a child and removes the raw one, whatever happens: no check starts while it is there. */
export async function maskInChild(pool: Pool, masking: Masking): Promise<CheckPlan> {
  try {
    const acquired = await pool.acquire(false);
    if (acquired.kind === 'none') return unavailable(deathText(acquired, masking));
    return await maskInSlot(pool, acquired.slot, masking);
  } finally {
    rmSync(masking.from, { force: true });
  }
}

async function maskInSlot(pool: Pool, slot: Slot, masking: Masking): Promise<CheckPlan> {
  const [raw, masked] = [path.join(slot.directory, RAW), path.join(slot.directory, MASKED)];
  const abort = (): void => {
    slot.child.kill('aborted');
  };
  masking.signal.addEventListener('abort', abort, { once: true });
  try {
    await linkOrCopy(masking.from, raw);
    const seen = { from: path.join(slot.inside, RAW), to: path.join(slot.inside, MASKED) };
    const answer = await slot.child.ask(seen, masking.timeoutMs);
    if (answer.kind === 'reply' && answer.reply.kind === 'masked') renameSync(masked, masking.to);
    return toPlan(answer, masking);
  } catch {
    return unavailable('The file of the plan is gone.');
  } finally {
    masking.signal.removeEventListener('abort', abort);
    for (const file of [raw, masked]) rmSync(file, { force: true });
    pool.release(slot, !masking.signal.aborted);
  }
}

function toPlan(answer: ChildAnswer, masking: Masking): CheckPlan {
  if (answer.kind === 'died') return unavailable(deathText(answer, masking));
  if (answer.reply.kind === 'unmaskable') return unavailable(answer.reply.reason);
  return answer.reply.kind === 'masked'
    ? { kind: 'masked', path: masking.to }
    : unavailable('The plan could not be read.');
}

function deathText({ reason }: Death, { timeoutMs }: Masking): string {
  if (reason === 'timeout') return `The plan could not be read within ${timeoutMs / 1_000} s.`;
  if (reason === 'memory') return `Reading the plan needs more memory than there is (${MASK_LIMITS.dataMb} MB).`;
  return `The process that reads plans ended (${reason}).`;
}

function unavailable(reason: string): CheckPlan {
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
