/** Why a command of the command line ended without its work done; the message is for a person, and encoded. */
export type CommandErrorCode =
  /** Options or arguments that make no sense together, or a file that cannot be read or written. */
  | 'usage'
  /** Nobody said where the platform is, or who asks. */
  | 'no_login'
  /** The platform has nothing of that name. */
  | 'not_found'
  /** Ctrl-C, or a request to end. */
  | 'stopped';

/** What a command says before it gives up. */
export class CommandError extends Error {
  constructor(
    readonly code: CommandErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** Exit statuses of the management commands. */
export const EXIT = {
  done: 0,
  /** The platform refused, cannot be reached, or part of the work failed. */
  failed: 1,
  /** The command was not understood; nothing was asked of the platform. */
  usage: 2,
  stopped: 130,
} as const;

/** Exit status of an error. */
export function exitOf(error: unknown): number {
  if (!(error instanceof CommandError)) return EXIT.failed;
  if (error.code === 'usage' || error.code === 'no_login') return EXIT.usage;
  return error.code === 'stopped' ? EXIT.stopped : EXIT.failed;
}
