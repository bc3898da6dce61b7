import type { PutOrganization } from './organization-store.js';
import type { PutRunTask, RunTask } from './run-task-store.js';

/** An organization and run tasks of it, as one line of a batch wants them. */
export interface PutWhole {
  readonly organization: PutOrganization;
  readonly runTasks: readonly Omit<PutRunTask, 'organizationId'>[];
}

/** How what is wanted differs from what is stored. */
export type Difference =
  /** There is no organization of that name that its sender may know of. */
  | { readonly kind: 'absent' }
  /** In the organization, in a run task or in a key: the PUTs say what it is. */
  | { readonly kind: 'different' }
  | { readonly kind: 'same'; readonly runTasks: readonly KnownRunTask[] };

/** What a batch tells of a run task that it left as it was. */
export interface KnownRunTask {
  readonly name: string;
  readonly hookId: string;
  /** Of the newest active key. */
  readonly fingerprint: string | null;
}

/** Many organizations with their run tasks: looked at together, made one by one. */
export interface OnboardingStore {
  /** In the order of what is wanted. */
  compare(wanted: readonly PutWhole[]): Promise<readonly Difference[]>;
  /**
   * Makes an organization with its run tasks, all or nothing. Null when it cannot be new: its slug or a key is in use, or
   * it has too many run tasks. The single PUTs say which.
   */
  create(wanted: PutWhole): Promise<readonly RunTask[] | null>;
}
