/** What can be wrong with the database; callers switch on the code, never on the message. */
export type PostgresErrorCode =
  /** The data directory cannot be made, written or read. */
  | 'data_dir_unwritable'
  /** Another live process holds the data directory; the message names its pid. */
  | 'data_dir_locked'
  /** This system has no embedded Postgres, or it cannot run here. */
  | 'no_binaries'
  /** `initdb` or the start of the embedded Postgres failed. */
  | 'start_failed'
  /** A migration failed now or earlier, or was edited after it was applied. */
  | 'migration_failed'
  /** A login may do more than serving needs. */
  | 'unsafe_login'
  /** No listed master key gives a password that a serving login takes. */
  | 'login_refused'
  /** A master key is malformed, or the process was not given what the work needs. */
  | 'bad_key'
  /** A running process does not list the newest master key yet. */
  | 'key_not_everywhere'
  /** Sealed bytes were changed, moved, or sealed under a key that is not listed. */
  | 'unseal_failed'
  /** The store holds something that this version cannot read. */
  | 'bad_row';

/** A broken promise of the database or its surroundings. The message never holds a secret. */
export class PostgresError extends Error {
  constructor(
    readonly code: PostgresErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PostgresError';
  }
}
