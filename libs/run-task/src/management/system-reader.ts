/** What the whole installation is doing, as far as its database tells. */
export interface SystemState {
  /** How long the database took to answer, milliseconds. */
  readonly databaseMs: number;
  /** As the database says it. */
  readonly databaseVersion: string;
  /** The newest migration that is applied. */
  readonly migration: string;
  /** Whether somebody with the role owner has signed in. */
  readonly hasOwner: boolean;
  readonly workers: readonly WorkerAtWork[];
  readonly hosts: readonly HostState[];
}

/** A worker that has task results in its hands; one without any is not known here. */
export interface WorkerAtWork {
  readonly id: string;
  readonly taskResults: readonly {
    readonly id: string;
    readonly organization: string;
    readonly since: Date | null;
    readonly leaseUntil: Date;
  }[];
}

/** What came of the latest callbacks to a Terraform. */
export interface HostState {
  readonly origin: string;
  readonly attempts: number;
  readonly failed: number;
  readonly lastAt: Date;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** Reads it for operators. */
export interface SystemReader {
  systemState(): Promise<SystemState>;
}
