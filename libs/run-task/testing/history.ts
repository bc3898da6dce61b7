/** A request that the platform answered. Times here are milliseconds since the epoch. */
export interface AnsweredRequest {
  readonly taskResultId: string;
  readonly status: number;
  /** Hex SHA-256 of the bytes that were sent; null where they are not known. */
  readonly bodyHash: string | null;
}

/** One callback as the simulated Terraform saw it. */
export interface SeenCallback {
  readonly at: number;
  /** As sent: `running`, `passed` or `failed`; null when it could not be read. */
  readonly status: string | null;
  readonly body: string;
  /** Whether the run changed by it. */
  readonly applied: boolean;
}

/** One run as the simulated Terraform saw it. */
export interface SeenRun {
  readonly taskResultId: string;
  /** Ours: the slug of the organization whose hook was called. */
  readonly organization: string;
  /** A text that stands in its request and in no other organization's. */
  readonly marker: string;
  /** Whether the hook answered 200 to a request of it. */
  readonly accepted: boolean;
  readonly canceled: boolean;
  /** When the nearer deadline was, as its callbacks had moved it. */
  readonly deadline: number;
  /** Oldest first. */
  readonly callbacks: readonly SeenCallback[];
}

/** One task result as it stands in the database at the end. */
export interface StoredTaskResult {
  readonly taskResultId: string;
  readonly organization: string;
  readonly bodyHash: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly receivedAt: number;
  readonly startedAt: number | null;
  /** Whether the access token is still there. */
  readonly hasGrant: boolean;
  /** Every text of the row and of what belongs to it. */
  readonly text: string;
}

/** A time in which nothing could be expected: `to` is after `from`. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** A text that was written somewhere. */
export interface Writing {
  readonly where: string;
  readonly text: string;
}

/** Everything that was recorded of one scenario or schedule, whole: what the invariants are judged by. */
export interface RecordedHistory {
  readonly answered: readonly AnsweredRequest[];
  readonly runs: readonly SeenRun[];
  readonly rows: readonly StoredTaskResult[];
  /** When the callback host could not be reached. */
  readonly hostOutages: readonly Outage[];
  /** When Postgres or every worker was away: a run whose last seconds fall into one may be missed. */
  readonly platformOutages: readonly Outage[];
  /** How long before its deadline a run must find the callback host reachable: 30 s, scaled. */
  readonly reachableBeforeMs: number;
  /** Broken promises of the protocol, as the simulator names them. */
  readonly violations: readonly { readonly code: string; readonly taskResultId: string | null }[];
  readonly secrets: readonly string[];
  readonly writings: readonly Writing[];
  /** Who must not feel the others, and how long 99 of 100 of their task results may wait for a worker; null: nobody. */
  readonly quiet: { readonly organizations: readonly string[]; readonly withinMs: number } | null;
}
