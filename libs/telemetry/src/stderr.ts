/** Lines of this turn of the event loop: one system call for all of them. */
let waiting: string[] = [];

/** Writes a line to stderr at the end of this turn; lines keep their order, and the last ones are written at the exit. */
export function toStderr(line: string): void {
  if (waiting.length === 0) setImmediate(flush);
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
