/** What a console watches. */
export const CHANGE_KINDS = ['task-result', 'run-task', 'organization', 'operation'] as const;
/** What a console watches. */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** That a row is no longer what it was; whoever wants to know more reads it. */
export interface RowChange {
  readonly kind: ChangeKind;
  /** Null: of the platform. */
  readonly organizationId: string | null;
  /** Slug. */
  readonly organization: string | null;
  /** Id of the task result, or of the operation; name of the run task; slug of the organization. */
  readonly subject: string;
  /** Microseconds of the database's clock: grows with every change of the row. */
  readonly version: number;
}

/** What was changed since a moment, as far as it was committed by `readAt`. */
export interface Changes {
  readonly readAt: Date;
  readonly changes: readonly RowChange[];
  /** False: there were more than the limit, and nobody knows which are missing. */
  readonly isComplete: boolean;
}

/** Says which rows of all organizations were changed; whose eyes they are for is for its reader to know. */
export interface ChangeFeed {
  /** At most `limit` of each kind, oldest first; null: those of the last minute. */
  changesSince(moment: Date | null, limit: number): Promise<Changes>;
}
