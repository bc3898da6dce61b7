import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { listChanges } from '@rungate/checks';
import { INPUT_LIMIT, type PlanChanges } from '@rungate/run-task';
import { HANDED_BACK_PART, HANDED_BACK_WAITING } from '../limits.js';
import type { RunnerReply } from '../runner-messages.js';
import { linkOrCopy } from './mask-in-child.js';
import type { Pool } from './pool.js';

/** A masked plan whose checks have ended. */
export interface MaskedLeft {
  readonly path: string;
  /** Removes it. */
  dispose(): void;
}

/** Whom it is handed back to. */
export interface HandBackTo {
  readonly id: number;
  readonly say: (reply: RunnerReply) => void;
}

/** What lists the changes of a masked plan. */
export interface HandBackParts {
  readonly maskers: Pool;
  readonly timeoutMs: number;
}

/** Compresses masked plans and says them in parts, one plan after the other: no check, and no verdict, waits for it. */
export class HandBack {
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly parts: HandBackParts) {}

  /** Resolves when it is over; never rejects. Null: there is none, which is said, too. */
  give(left: MaskedLeft | null, to: HandBackTo): Promise<void> {
    if (left === null || this.#waiting >= HANDED_BACK_WAITING) {
      left?.dispose();
      to.say({ kind: 'masked', id: to.id, is: 'left_out', changes: null });
      return Promise.resolve();
    }
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#say(left, to));
    return this.#last;
  }

  async #say(left: MaskedLeft, { id, say }: HandBackTo): Promise<void> {
    try {
      const is = await sayParts(left, { id, say });
      say({ kind: 'masked', id, is, changes: await changesIn(left, this.parts) });
    } catch {
      say({ kind: 'masked', id, is: 'left_out', changes: null });
    } finally {
      left.dispose();
      this.#waiting -= 1;
    }
  }
}

/** Bytes whose base64 is one part. */
const PART_BYTES = Math.floor(HANDED_BACK_PART / 4) * 3;
/** Bytes of a plan that are compressed and read in place: so few take less time than another thread does to wake up. */
const AT_ONCE = 64 * 1_024;

async function sayParts({ path: from }: MaskedLeft, { id, say }: HandBackTo): Promise<'whole' | 'too_large'> {
  if (statSync(from).size <= AT_ONCE) {
    say({ kind: 'masked_part', id, data: gzipSync(readFileSync(from)).toString('base64') });
    return 'whole';
  }
  const file = createReadStream(from);
  const gzip = createGzip();
  file.on('error', (cause) => gzip.destroy(cause));
  let bytes = 0;
  try {
    for await (const chunk of file.pipe(gzip)) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > INPUT_LIMIT) return 'too_large';
      for (let at = 0; at < chunk.length; at += PART_BYTES) {
        say({ kind: 'masked_part', id, data: chunk.subarray(at, at + PART_BYTES).toString('base64') });
      }
    }
    return 'whole';
  } finally {
    file.destroy();
  }
}

async function listSmall(from: string): Promise<PlanChanges | null> {
  try {
    return await listChanges(from);
  } catch {
    return null;
  }
}

const LISTED = 'listed.json';

/** By a masking child; a few kilobytes are read here, as its answer would be. */
async function changesIn(
  { path: from }: MaskedLeft,
  { maskers, timeoutMs }: HandBackParts,
): Promise<PlanChanges | null> {
  if (statSync(from).size <= AT_ONCE) return listSmall(from);
  const acquired = await maskers.acquire(false);
  if (acquired.kind === 'none') return null;
  const { slot } = acquired;
  const file = path.join(slot.directory, LISTED);
  try {
    await linkOrCopy(from, file);
    const answer = await slot.child.ask({ kind: 'list', from: path.join(slot.inside, LISTED) }, timeoutMs);
    return answer.kind === 'reply' && answer.reply.kind === 'listed' ? answer.reply.changes : null;
  } finally {
    rmSync(file, { force: true });
    maskers.release(slot, true);
  }
}
