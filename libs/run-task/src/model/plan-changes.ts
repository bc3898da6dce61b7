/** What becomes of a resource; an import comes besides what else happens to it. */
export const CHANGE_ACTIONS = ['create', 'update', 'replace', 'delete', 'forget', 'import'] as const;
/** What becomes of a resource. */
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** Changes of one plan that are listed; all are counted. */
export const LISTED_CHANGES = 1_000;

/** A resource that a plan changes: no value of it. */
export interface PlannedChange {
  readonly address: string;
  readonly moduleAddress: string | null;
  readonly type: string;
  readonly action: ChangeAction;
  /** Why it is replaced; null otherwise. */
  readonly why: string | null;
}

/** What a plan changes. */
export interface PlanChanges {
  readonly counts: Readonly<Record<ChangeAction, number>>;
  /** In the order of the plan. */
  readonly items: readonly PlannedChange[];
  readonly isCut: boolean;
}
