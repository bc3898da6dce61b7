import type { BatchAnswer } from '@rungate/contract';
import { plain, plainText } from '@rungate/run-task';
import { faultOf } from '../explain.js';
import { printJson } from '../print-json.js';
import type { InputLine } from './input-lines.js';

/** Failures that are listed; the rest is counted, and all of their lines are in the file for the next try. */
const MOST_LISTED = 1_000;

/** What became of the lines so far, said as it comes. */
export class Outcome {
  readonly #counts = { created: 0, unchanged: 0, changed: 0, failed: 0 };
  readonly failed: InputLine[] = [];
  /** New run tasks, as `organization/run task`. */
  #newKeys = 0;

  constructor(private readonly style: { readonly json: boolean; readonly dryRun: boolean }) {}

  get counts(): Readonly<Record<'created' | 'unchanged' | 'changed' | 'failed', number>> {
    return this.#counts;
  }

  get newKeys(): number {
    return this.#newKeys;
  }

  note(line: InputLine, answer: BatchAnswer): void {
    if (this.style.json) printJson({ ...withoutKeys(answer), line: line.number });
    if (answer.error !== undefined || answer.change === undefined) this.#fail(line, answer);
    else {
      this.#counts[answer.change] += 1;
      this.#newKeys += (answer.runTasks ?? []).filter((each) => each.hmacKey !== undefined).length;
      if (this.style.dryRun && !this.style.json) sayDifference(answer, answer.change);
    }
  }

  /** The last line of standard output. */
  end(): void {
    const { created, unchanged, changed, failed } = this.#counts;
    const unlisted = failed - MOST_LISTED;
    if (unlisted > 0) process.stderr.write(`… and ${unlisted} more lines failed.\n`);
    if (this.style.json) printJson(this.#counts);
    else process.stdout.write(`created ${created} · unchanged ${unchanged} · changed ${changed} · failed ${failed}\n`);
  }

  #fail(line: InputLine, { slug, error }: BatchAnswer): void {
    this.failed.push(line);
    this.#counts.failed += 1;
    if (this.#counts.failed > MOST_LISTED) return;
    const faults = (error?.errors ?? []).map((violation) => faultOf(violation)).join('; ');
    const why = faults === '' ? plainText(error?.detail ?? error?.title ?? 'no reason was given', 500) : faults;
    const which = slug === null ? '' : ` (${plainText(slug, 100)})`;
    process.stderr.write(`line ${line.number}${which}: ${why}\n`);
  }
}

function sayDifference({ slug, changed = [] }: BatchAnswer, change: 'created' | 'unchanged' | 'changed'): void {
  if (change === 'unchanged') return;
  const mark = change === 'created' ? '+' : '~';
  process.stdout.write(`${plain`${mark} ${slug ?? ''}${change === 'created' ? '' : `: ${changed.join(', ')}`}`}\n`);
}

/** Keys go into the file for them, and nowhere else. */
function withoutKeys(answer: BatchAnswer): BatchAnswer {
  if (answer.runTasks === undefined) return answer;
  const runTasks = answer.runTasks.map(({ name, change, hookUrl, hmacKeyFingerprint }) => ({
    name,
    change,
    hookUrl,
    hmacKeyFingerprint,
  }));
  return { ...answer, runTasks };
}
