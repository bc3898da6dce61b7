/** How far a command is. */
export interface ProgressBar {
  /** So many lines more are done. */
  advance(lines: number): void;
  stop(): void;
}

/** A bar on a terminal; nothing at all elsewhere. */
export async function progressBar(lines: number): Promise<ProgressBar> {
  if (!process.stderr.isTTY) return { advance: () => undefined, stop: () => undefined };
  const { SingleBar } = await import('cli-progress');
  const format = '{bar} {value} of {total} organizations · {eta_formatted} left';
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 500,
  });
  bar.start(lines, 0);
  return {
    advance: (more) => {
      bar.increment(more);
    },
    stop: () => {
      bar.stop();
    },
  };
}
