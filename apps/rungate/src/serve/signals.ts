/** How a process is asked to end. */
export interface Stop {
  /** Resolves at the first SIGTERM or SIGINT. */
  readonly asked: Promise<void>;
  /**
   * Aborts at the second one: whoever sends it does not want to wait for work in flight. What must be given back is given
   * back all the same. A third one ends the process at once, and everything that matters is in Postgres.
   */
  readonly hurry: AbortSignal;
}

/** Listens for signals from now on. */
export function listenForStop(): Stop {
  const hurry = new AbortController();
  const asked = new Promise<void>((resolve) => {
    let count = 0;
    const stop = (): void => {
      count += 1;
      if (count === 1) resolve();
      else if (count === 2) hurry.abort();
      else process.exit(130);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
  return { asked, hurry: hurry.signal };
}
