import type { Readable } from 'node:stream';

const NEWLINE = 0x0a;

/** Who takes the lines, and how long one may be. */
export interface LineHandlers {
  /** Longest line, bytes. */
  readonly limit: number;
  readonly line: (text: string) => void;
  /** A line grew past the limit: nothing more is read. */
  readonly tooLong: () => void;
}

/** Hands out the lines of a stream one by one, and never holds more than `limit` bytes of one that does not end. */
export function readLines(stream: Readable, { limit, line, tooLong }: LineHandlers): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer): void => {
    let rest = chunk;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      if (bytes + at > limit) {
        stop();
        return;
      }
      const text = Buffer.concat([...parts, rest.subarray(0, at)]).toString();
      parts = [];
      bytes = 0;
      rest = rest.subarray(at + 1);
      line(text);
    }
    parts.push(rest);
    bytes += rest.length;
    if (bytes > limit) stop();
  };
  const stop = (): void => {
    stream.off('data', take);
    stream.destroy();
    tooLong();
  };
  stream.on('data', take);
  // A broken pipe shows as the end of the process on its other side.
  stream.on('error', () => undefined);
}

/** A line of JSON as a value, or undefined when it is none. */
export function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
