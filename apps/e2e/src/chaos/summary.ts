import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RecordedHistory, Violation } from '@rungate/run-task/testing';

/** What came of one scenario or schedule. */
export interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly history: RecordedHistory | null;
  readonly violations: readonly Violation[];
  /** What went wrong before there was a history to judge. */
  readonly error: Error | null;
}

/** A line for each result, and one for all of them. */
export class Summary {
  readonly #startedAt = performance.now();
  readonly #failed: string[] = [];
  #held = 0;

  get failed(): number {
    return this.#failed.length;
  }

  /** Says what came of one; keeps the history of one that did not hold, and says where. */
  add({ name, seconds, history, violations, error }: Result): void {
    const holds = violations.length === 0 && error === null;
    if (holds) this.#held += 1;
    else this.#failed.push(name);
    const size = history === null ? '' : `, ${history.rows.length} task results`;
    this.say(`${holds ? 'held' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s${size})`);
    for (const { invariant, detail } of violations) this.say(`        ${invariant}: ${detail}`);
    if (error !== null) this.say(`        ${reasonOf(error)}`);
    if (!holds && history !== null) this.say(`        history: ${keep(history)}`);
  }

  /** A line of progress or of a measurement. */
  say(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  print(): void {
    const minutes = ((performance.now() - this.#startedAt) / 60_000).toFixed(1);
    this.say(`${this.#held} held, ${this.#failed.length} failed, ${minutes} minutes`);
    for (const name of this.#failed) this.say(`failed: ${name}`);
  }
}

/** What was thrown, whatever it is. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function reasonOf(error: Error): string {
  const cause = !(error.cause instanceof Error) ? '' : `\n        because: ${reasonOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** Without the secrets that it is judged by. */
function keep(history: RecordedHistory): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'rungate-chaos-')), 'history.json');
  writeFileSync(file, JSON.stringify({ ...history, secrets: history.secrets.length }, null, 2), { mode: 0o600 });
  return file;
}
