/** How long a line waits for others, milliseconds: one system call for all of them. */
const GATHER_MS = 10;

let waiting: string[] = [];

/** Writes a line to stderr in a moment; lines keep their order, and the last ones are written at the exit. */
export function toStderr(line: string): void {
  if (waiting.length === 0) setTimeout(flush, GATHER_MS).unref();
  waiting.push(line);
}

process.on('exit', flush);

// A log must never end the process: stderr may be closed, or a pipe that nobody reads.
function flush(): void {
  if (waiting.length === 0) return;
  const text = waiting.join('');
  waiting = [];
  process.stderr.write(text, () => undefined);
}
