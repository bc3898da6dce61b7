/** Why the process did not start; the message is all that a person sees. */
export type StartErrorCode =
  'port_in_use' | 'cannot_listen' | 'database_away' | 'migrations_pending' | 'isolation_too_weak' | 'heads_unwritable';

/** A start that failed for a reason that the operator can mend. */
export class StartError extends Error {
  constructor(
    readonly code: StartErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'StartError';
  }

  static whenListening(
    { host, port }: { readonly host: string; readonly port: number },
    cause: unknown,
    variable = 'RUNGATE_LISTEN',
  ): StartError {
    const at = `${host}:${port}`;
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
    if (code === 'EADDRINUSE') {
      const remedy = `Stop the other process, or set ${variable} to another address, such as 127.0.0.1:${port + 1}.`;
      return new StartError('port_in_use', `Another process listens on ${at} already. ${remedy}`, { cause });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    return new StartError('cannot_listen', `Cannot listen on ${at}: ${why}. Check ${variable}.`, { cause });
  }

  /** The driver says what happened, not where nor what to do; its message holds no password. */
  static whenConnecting(url: string, cause: unknown): StartError {
    const { host } = new URL(url);
    const why = cause instanceof Error && cause.message !== '' ? cause.message : 'no answer';
    const message = `Cannot use Postgres at ${host}: ${why}. Check DATABASE_URL.`;
    return new StartError('database_away', message, { cause });
  }
}
