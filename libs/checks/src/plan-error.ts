/** What can be wrong with a plan; callers switch on the code, never on the message. */
export type PlanErrorCode =
  /** The file ends inside a value: it was cut off. */
  | 'truncated'
  | 'empty'
  /** Not JSON. */
  | 'syntax'
  /** JSON, but no object at the top. */
  | 'not_an_object'
  /** Not UTF-8. */
  | 'encoding'
  /** A member of the top object comes twice: readers would disagree on which one counts. */
  | 'duplicate_key'
  | 'too_many_members'
  | 'too_deep'
  | 'value_too_large'
  | 'plan_too_large'
  | 'format_missing'
  | 'format_unsupported'
  /** A state, or another document of Terraform. */
  | 'not_a_plan'
  /** Resources are planned, and no change of any is listed: something took the changes away. */
  | 'no_changes'
  /** An entry of `resource_changes` or `output_changes` that is not what the format promises. */
  | 'bad_change'
  /** The file could not be opened or read. */
  | 'unreadable';

/** A plan that cannot be read. The message is one sentence for a person, without any value of the plan. */
export class PlanError extends Error {
  constructor(
    readonly code: PlanErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PlanError';
  }
}
