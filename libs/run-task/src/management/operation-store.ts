import type { Actor, Scope } from './actor.js';
import type { TaskResultFilter } from './task-result-reader.js';

/** What can be done to many task results. */
export const OPERATION_KINDS = ['resend', 'reevaluate'] as const;
/** What can be done to many task results. */
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Where an operation stands: nothing is done before somebody confirms the plan. */
export const OPERATION_STATES = ['planned', 'running', 'done', 'cancelled'] as const;
/** Where an operation stands. */
export type OperationState = (typeof OPERATION_STATES)[number];

/** What became of one task result of an operation. */
export const ITEM_STATES = ['pending', 'done', 'refused', 'failed'] as const;
/** What became of one task result of an operation. */
export type ItemState = (typeof ITEM_STATES)[number];

/** One thing done to many task results. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly filter: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly by: { readonly kind: string; readonly name: string };
  readonly state: OperationState;
  readonly perSecond: number;
  /** Whether more matched than one operation takes. */
  readonly isCut: boolean;
  /** How many task results, by what became of them. */
  readonly counts: Readonly<Record<ItemState, number>>;
  /** Of how many organizations they are. */
  readonly organizations: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** One task result of an operation. */
export interface OperationItem {
  readonly position: number;
  readonly taskResultId: string;
  /** Slug; null when it is no more. */
  readonly organization: string | null;
  readonly state: ItemState;
  readonly detail: string | null;
  readonly endedAt: Date | null;
}

/** An operation to plan; what it is done to is fixed by it. */
export interface NewOperation {
  readonly scope: Scope;
  readonly kind: OperationKind;
  readonly filter: TaskResultFilter;
  /** Task results that it takes at most, the newest. */
  readonly most: number;
  readonly reason: string;
  readonly perSecond: number;
  readonly by: Actor;
}

/** Which operation, and who asks. */
export interface NamedOperation {
  readonly scope: Scope;
  readonly id: string;
  readonly by: Actor;
}

/** Which items of an operation. */
export interface ItemPage {
  readonly scope: Scope;
  readonly id: string;
  readonly state?: ItemState | undefined;
  readonly limit: number;
  /** Position of the last one of the page before. */
  readonly after: number | null;
}

/** What people do to many task results at once. */
export interface OperationStore {
  /** Finds what it would be done to, and does nothing. */
  plan(operation: NewOperation): Promise<Operation>;
  /** Newest first; an organization's people see its own, operators those of the platform. */
  list(scope: Scope, limit: number, after: string | null): Promise<readonly Operation[]>;
  find(scope: Scope, id: string): Promise<Operation | null>;
  /** Null when there is no such operation. */
  items(page: ItemPage): Promise<readonly OperationItem[] | null>;
  /** Null when there is none; otherwise as it is now, also when it was started before. */
  start(operation: NamedOperation): Promise<Operation | null>;
  /** The same; what is not done yet stays undone. */
  cancel(operation: NamedOperation): Promise<Operation | null>;
}

/** What a worker does for an operation. */
export interface TakenItem {
  readonly operationId: string;
  readonly position: number;
  readonly kind: OperationKind;
  /** Who wanted it. */
  readonly by: Actor;
  readonly reason: string;
  readonly organizationId: string;
  readonly taskResultId: string;
}

/** What a worker is ready to do at once. */
export interface OperationTurn {
  readonly kinds: readonly OperationKind[];
  /** Items, whatever the operation may do in a second. */
  readonly atMost: number;
  /** Within so many seconds the worker ends them; then another takes them. */
  readonly leaseSeconds: number;
}

/** What became of it. */
export interface EndedItem extends Pick<TakenItem, 'operationId' | 'position'> {
  readonly state: Exclude<ItemState, 'pending'>;
  readonly detail: string | null;
}

/** What is to be done for operations that run, for workers. */
export interface OperationWork {
  /** Of one operation whose turn it is, as many as it may do in a second; empty when nothing is due. */
  take(turn: OperationTurn): Promise<readonly TakenItem[]>;
  end(items: readonly EndedItem[]): Promise<void>;
}
