/** What becomes of a resource; an import comes besides what else happens to it. */
export const CHANGE_ACTIONS = ['create', 'update', 'replace', 'delete', 'forget', 'import'] as const;
/** What becomes of a resource. */
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** Changes of one plan that are listed; all are counted. */
export const LISTED_CHANGES = 1_000;

/** References between changed resources that are kept. */
export const LISTED_REFERENCES = 2_000;

/** A resource that a plan changes: no value of it. */
export interface PlannedChange {
  readonly address: string;
  readonly moduleAddress: string | null;
  readonly type: string;
  readonly action: ChangeAction;
  /** Why it is replaced; null otherwise. */
  readonly why: string | null;
}

/** What one changed resource is configured with comes from another: positions in `items`, of the first instance each. */
export interface PlanReference {
  readonly from: number;
  readonly to: number;
}

/** What a plan changes. */
export interface PlanChanges {
  readonly counts: Readonly<Record<ChangeAction, number>>;
  /** In the order of the plan. */
  readonly items: readonly PlannedChange[];
  /** Between those of `items`, each once. */
  readonly references: readonly PlanReference[];
  readonly isCut: boolean;
}
