import { clip } from '../model/text.js';
import type { RefusalClass } from '../model/undeliverable.js';
import type { Scope } from './actor.js';

/** A verdict that has not arrived: given up, or on its way with a last attempt that failed. */
export interface FailingCallback {
  readonly taskResultId: string;
  /** Slug. */
  readonly organization: string;
  readonly workspaceName: string;
  /** Of its Terraform. */
  readonly origin: string;
  /** What its last attempt means; `held`: none was made. */
  readonly refusal: RefusalClass;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly error: string | null;
  /** Of its last attempt, or of its end. */
  readonly at: Date;
  readonly isGivenUp: boolean;
  /** Whether its Terraform still listens. */
  readonly canStillArrive: boolean;
}

/** Those that fail for one and the same cause. */
export interface CallbackGroup extends Pick<FailingCallback, 'origin' | 'refusal' | 'status'> {
  readonly cause: string;
  readonly failing: number;
  readonly givenUp: number;
  readonly canStillArrive: number;
  readonly organizations: readonly { readonly organization: string; readonly count: number }[];
  readonly firstAt: Date;
  readonly latest: FailingCallback;
}

/** Which verdicts are looked for. */
export interface CallbackFilter {
  readonly organization?: string | undefined;
  /** Seven days ago when absent. */
  readonly since?: Date | undefined;
}

/** What a look found. */
export interface FailingCallbacks {
  readonly rows: readonly FailingCallback[];
  /** Whether there are older ones. */
  readonly isCut: boolean;
}

/** Reads which verdicts do not arrive. */
export interface CallbackReader {
  /** The newest 10,000. */
  failing(scope: Scope, filter: CallbackFilter): Promise<FailingCallbacks>;
}

const CAUSE_LENGTH = 300;

/** Names why a verdict does not arrive: equal for all that one remedy helps. Where there is no answer, numbers do not tell causes apart. */
export function causeOf({
  refusal,
  status,
  origin,
  error,
}: Pick<FailingCallback, 'refusal' | 'status' | 'origin' | 'error'>): string {
  const how = status === null ? (error ?? '').replace(/\d+/g, '#') : '';
  return clip([refusal, status, origin, how].filter((part) => part !== null && part !== '').join(' '), CAUSE_LENGTH);
}

/** Those of one cause together, the most first. */
export function groupCallbacks(rows: readonly FailingCallback[]): readonly CallbackGroup[] {
  const groups = new Map<string, [FailingCallback, ...FailingCallback[]]>();
  for (const row of rows) {
    const cause = causeOf(row);
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [row]);
    else group.push(row);
  }
  return [...groups].map(([cause, group]) => groupOf(cause, group)).sort((a, b) => sizeOf(b) - sizeOf(a));
}

function groupOf(cause: string, rows: readonly [FailingCallback, ...FailingCallback[]]): CallbackGroup {
  const latest = rows.reduce((last, row) => (row.at > last.at ? row : last));
  const first = rows.reduce((oldest, row) => (row.at < oldest.at ? row : oldest));
  const { origin, refusal, status } = latest;
  const givenUp = rows.filter(({ isGivenUp }) => isGivenUp).length;
  return {
    cause,
    origin,
    refusal,
    status,
    failing: rows.length - givenUp,
    givenUp,
    canStillArrive: rows.filter((row) => row.canStillArrive).length,
    organizations: countedOf(rows),
    firstAt: first.at,
    latest,
  };
}

function countedOf(rows: readonly FailingCallback[]): CallbackGroup['organizations'] {
  const counts = new Map<string, number>();
  for (const { organization } of rows) counts.set(organization, (counts.get(organization) ?? 0) + 1);
  return [...counts].map(([organization, count]) => ({ organization, count })).sort((a, b) => b.count - a.count);
}

function sizeOf({ failing, givenUp }: CallbackGroup): number {
  return failing + givenUp;
}
