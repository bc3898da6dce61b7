import { writeSync } from 'node:fs';
import type { ChildReply } from '../child-messages.js';
import { REQUEST_LINE_LIMIT } from '../limits.js';
import { parseLine, readLines } from '../line-reader.js';
import { refuseInspector } from '../signals.js';

/** Where replies go: standard output belongs to the check. */
const REPLY_FD = 3;

/** Tells the runner something besides the answer. */
export type Say = (message: ChildReply) => void;

/** Answers requests one by one until the runner closes the pipe. */
export function serve(answer: (request: unknown, say: Say) => ChildReply | Promise<ChildReply>): void {
  refuseInspector();
  let last = Promise.resolve();
  readLines(process.stdin, {
    limit: REQUEST_LINE_LIMIT,
    line: (text) => {
      last = last.then(async () => {
        reply(await answer(parseLine(text), reply));
      });
    },
    tooLong: () => process.exit(1),
  });
  process.stdin.on('end', () => process.exit(0));
  reply({ kind: 'ready' });
}

function reply(message: ChildReply): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  let written = 0;
  while (written < bytes.length) written += writeSome(bytes, written);
}

function writeSome(bytes: Buffer, from: number): number {
  try {
    return writeSync(REPLY_FD, bytes, from);
  } catch (cause) {
    // The pipe is full: the runner is reading.
    if (cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN') return 0;
    throw cause;
  }
}
