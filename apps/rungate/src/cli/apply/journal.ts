import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { plainText } from '@rungate/run-task';
import { z } from 'zod';
import { CommandError } from '../errors.js';
import { keysIn } from './keys-file.js';

const entry = z.union([
  z.object({ keysOut: z.string() }),
  z.object({ sent: z.string(), lines: z.array(z.number()) }),
  z.object({ answered: z.string() }),
  z.object({ undelivered: z.array(z.string()) }),
]);
type Entry = z.infer<typeof entry>;

/**
 * What was asked and not answered, beside the file that is applied. A key is shown once: when this process is killed after
 * the platform made a run task and before the answer was kept, nobody has its key, and the next run says so.
 */
export class Journal {
  readonly #path: string;
  readonly #descriptor: number;
  /** Lines that were asked by a run that ended before their answer. */
  readonly unanswered: ReadonlySet<number>;
  /** Run tasks whose keys earlier runs kept, as `organization/run task`. */
  readonly delivered: ReadonlySet<string>;
  /** Run tasks whose keys nobody has, as earlier runs found them. */
  readonly undelivered: readonly string[];

  constructor(input: string, keysOut: string | undefined) {
    this.#path = `${input}.journal`;
    const entries = existsSync(this.#path) ? entriesOf(readFileSync(this.#path, 'utf8')) : [];
    const answered = new Set(entries.flatMap((each) => ('answered' in each ? [each.answered] : [])));
    this.unanswered = new Set(
      entries.flatMap((each) => ('sent' in each && !answered.has(each.sent) ? each.lines : [])),
    );
    this.delivered = new Set(entries.flatMap((each) => ('keysOut' in each ? [...keysIn(each.keysOut)] : [])));
    this.undelivered = entries.flatMap((each) => ('undelivered' in each ? each.undelivered : []));
    this.#descriptor = openOrRefuse(this.#path);
    if (keysOut !== undefined) this.#write({ keysOut });
  }

  /** Before a batch is sent. @returns what `answered` takes. */
  sent(lines: readonly number[]): string {
    const batch = `${process.pid}-${Date.now()}-${lines[0] ?? 0}`;
    this.#write({ sent: batch, lines: [...lines] });
    return batch;
  }

  /** Once its keys are on the disk. */
  answered(batch: string, undelivered: readonly string[]): void {
    if (undelivered.length > 0) this.#write({ undelivered: [...undelivered] });
    this.#write({ answered: batch });
  }

  /** The whole file was applied, and what the journal knew was said: nothing is left to remember. */
  remove(): void {
    closeSync(this.#descriptor);
    rmSync(this.#path, { force: true });
  }

  #write(written: Entry): void {
    writeSync(this.#descriptor, `${JSON.stringify(written)}\n`);
    fsyncSync(this.#descriptor);
  }
}

function openOrRefuse(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (cause) {
    const message = `Cannot write ${plainText(path, 200)}, which remembers what was asked. Copy the file to where you may write.`;
    throw new CommandError('usage', message, { cause });
  }
}

/** A last line may be half written. */
function entriesOf(text: string): readonly Entry[] {
  return text.split('\n').flatMap((line) => {
    if (!line.endsWith('}')) return [];
    const reading = entry.safeParse(JSON.parse(line));
    return reading.success ? [reading.data] : [];
  });
}
