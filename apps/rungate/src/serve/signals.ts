/**
 * Resolves at the first SIGTERM or SIGINT. A second one ends the process at once: whoever sends it does not want to wait,
 * and everything that matters is in Postgres.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
