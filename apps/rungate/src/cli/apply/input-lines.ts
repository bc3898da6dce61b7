import { createReadStream } from 'node:fs';
import { plainText } from '@rungate/run-task';
import { createInterface } from 'node:readline';
import { CommandError } from '../errors.js';

/** A line of the file, as it is written there. */
export interface InputLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** What one request carries: as many lines as a batch may have, and far fewer bytes, so that progress can be seen. */
const MOST = { lines: 1_000, bytes: 8 * 1024 * 1024 } as const;

/** The lines of a file, or of standard input for `-`, in groups for one request each; empty lines are left out. */
export async function* batchesOf(file: string): AsyncGenerator<readonly InputLine[], void, undefined> {
  let batch: InputLine[] = [];
  let bytes = 0;
  for await (const line of linesOf(file)) {
    const size = Buffer.byteLength(line.text) + 1;
    if (batch.length === MOST.lines || (batch.length > 0 && bytes + size > MOST.bytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function* linesOf(file: string): AsyncGenerator<InputLine, void, undefined> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      const written = number === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (written.trim() !== '') yield { number, text: written };
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it failed';
    throw new CommandError('usage', `Cannot read ${plainText(file, 200)} (${code}).`, { cause });
  }
}
