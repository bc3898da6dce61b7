/** Why a command on the installation did nothing. */
export type AdminErrorCode =
  /** Embedded Postgres belongs to a server that does not run. */
  | 'not_running'
  /** A file or an organization that the command names is not there. */
  | 'not_found'
  /** Somebody can let others in already. */
  | 'has_owner';

/** A command that did nothing; the message is all that a person sees. */
export class AdminError extends Error {
  constructor(
    readonly code: AdminErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'AdminError';
  }
}
