import type { Check } from '../model/check.js';
import type { DeadlineProfile } from '../model/deadline.js';
import type { RequestFacts, Stage } from '../model/request.js';
import type { TaskResultState } from '../model/task-result.js';
import { whyNotApplied } from '../model/when.js';

/** What an operator sees first. */
export interface LiveNumbers {
  /** Not answered yet: without a verdict, or with one that has not arrived. */
  readonly inFlight: number;
  /** Of these, whose nearest deadline is near. */
  readonly atRisk: number;
  /** Whose deadline passed within the last hour without an answer that arrived. */
  readonly missedLastHour: number;
  /** Verdicts that are on their way, and were not taken the last time. */
  readonly callbacksFailing: number;
}

/** One task result in flight. */
export interface LiveTaskResult {
  readonly id: string;
  /** Slug. */
  readonly organization: string;
  readonly runTask: string;
  readonly facts: RequestFacts;
  readonly terraformOrigin: string;
  readonly state: Extract<TaskResultState, 'accepted' | 'evaluating' | 'waiting' | 'decided'>;
  readonly step: LiveStep;
  /** How often a worker took it. */
  readonly attempt: number;
  /** How often its verdict was sent, and what came of the last time. */
  readonly sent: { readonly attempts: number; readonly status: number | null; readonly error: string | null };
  /** Id of the worker that has it; null: none. */
  readonly worker: string | null;
  /** Who paused the intake of its organization, so that no worker takes it; null: nobody, or a worker took it before. */
  readonly heldBy: string | null;
  readonly deadlineProfile: DeadlineProfile;
  readonly receivedAt: Date;
  readonly startedAt: Date | null;
  readonly progressBy: Date;
  readonly finalBy: Date;
}

/** How far its checks are. */
export interface LiveStep {
  readonly done: number;
  readonly total: number;
  /** The one whose turn it is; null when all are done. */
  readonly check: string | null;
}

/** Which of what is in flight; an absent member does not restrict. */
export interface LiveFilter {
  readonly organization?: string | undefined;
  readonly stage?: Stage | undefined;
  readonly state?: LiveTaskResult['state'] | undefined;
  readonly enforcement?: string | undefined;
}

/** Received in each of the last minutes, oldest first. */
export interface OrganizationLoad {
  readonly organization: string;
  readonly received: readonly number[];
}

/** What happens now, over all organizations. */
export interface LiveBoard {
  /** @param atRiskMs how near a deadline must be */
  numbers(atRiskMs: number): Promise<LiveNumbers>;
  /** By the nearest deadline, the nearest first. */
  inFlight(
    filter: LiveFilter,
    limit: number,
  ): Promise<{ readonly now: Date; readonly rows: readonly LiveTaskResult[] }>;
  /** Of the organizations that sent most in the last `minutes`. */
  load(minutes: number, organizations: number): Promise<readonly OrganizationLoad[]>;
}

/** How far the checks of a task result are, of those that apply to it. */
export function liveStep(checks: readonly Check[], facts: RequestFacts, done: ReadonlySet<string>): LiveStep {
  const applied = checks.filter(
    ({ stages, when }) => stages.includes(facts.stage) && whyNotApplied(when, facts) === null,
  );
  const pending = applied.filter(({ name }) => !done.has(name));
  return { done: applied.length - pending.length, total: applied.length, check: pending[0]?.name ?? null };
}
