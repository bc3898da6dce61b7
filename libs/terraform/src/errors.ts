/** What can go wrong here besides the network, whose failures are `EgressError`s. */
export type TerraformErrorCode =
  /** The plans on disk take as much room as they may, of one organization or of all. */
  'spool_full';

/** A download that cannot be stored now. The message never holds a secret. */
export class TerraformError extends Error {
  constructor(
    readonly code: TerraformErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'TerraformError';
  }
}
