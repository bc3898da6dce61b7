import type { Actor } from './actor.js';
import type { RunTask } from './run-task-store.js';

/** What was done to a run task in a Terraform, for the audit trail. */
export interface ConnectNote {
  readonly terraformOrigin: string;
  readonly terraformOrganization: string;
  /** First 8 hex digits of SHA-256 of the token that was used. */
  readonly tokenFingerprint: string;
  /** In how many things something was written, and in how many that failed. */
  readonly written: number;
  readonly failed: number;
  /** Why nothing was done; null when something was, or nothing was to do. */
  readonly refusal: string | null;
}

/** What connecting a run task needs of the store; both leave a trace of who did it. */
export interface ConnectStore {
  /** Opens a key that is to be sent to the run task's Terraform; null when it is not active any more. */
  openKey(runTask: RunTask, keyId: string, by: Actor): Promise<string | null>;
  noteConnected(runTask: RunTask, note: ConnectNote, by: Actor): Promise<void>;
}
