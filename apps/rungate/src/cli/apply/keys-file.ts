import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { BatchAnswer } from '@rungate/contract';
import { plainText } from '@rungate/run-task';
import { z } from 'zod';
import { CommandError } from '../errors.js';

/** Where the keys of new run tasks go: each is shown once, so it is on the disk before the next batch is asked for. */
export class KeysFile {
  readonly #descriptor: number;
  #isEmpty = true;

  /** @throws CommandError when there is a file already: it may hold keys that nobody else has. */
  constructor(readonly path: string) {
    try {
      this.#descriptor = openSync(path, 'wx', 0o600);
    } catch (cause) {
      const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
      const why = exists
        ? 'exists already, and may hold keys that are nowhere else. Name another file'
        : 'cannot be written';
      throw new CommandError('usage', `--keys-out: ${plainText(path, 200)} ${why}.`, { cause });
    }
  }

  /** The new keys of an answer, one line each. */
  write({ slug, runTasks = [] }: BatchAnswer): void {
    const lines = runTasks.flatMap(({ name, hookUrl, hmacKey, sealedHmacKey, hmacKeyFingerprint }) => {
      if (hmacKey === undefined && sealedHmacKey === undefined) return [];
      const key = { organization: slug, runTask: name, hookUrl, hmacKeyFingerprint, hmacKey, sealedHmacKey };
      return [`${JSON.stringify(key)}\n`];
    });
    if (lines.length === 0) return;
    writeSync(this.#descriptor, lines.join(''));
    this.#isEmpty = false;
  }

  /** Returns when what was written outlives a loss of power. */
  sync(): void {
    fsyncSync(this.#descriptor);
  }

  /** A file without a key is not left in the way of the next run. */
  close(): void {
    closeSync(this.#descriptor);
    if (this.#isEmpty) rmSync(this.path);
  }
}

const keyLine = z.object({ organization: z.string(), runTask: z.string(), hmacKeyFingerprint: z.string().nullable() });

/** The run tasks whose keys an earlier file holds, as `organization/run task`; none when it is gone. */
export function keysIn(path: string): ReadonlySet<string> {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return new Set(lines.filter((line) => line.endsWith('}')).map(runTaskOf));
  } catch {
    return new Set();
  }
}

function runTaskOf(line: string): string {
  const { organization, runTask } = keyLine.parse(JSON.parse(line));
  return `${organization}/${runTask}`;
}
