import { isSkippedOnError } from '../model/judge.js';
import { isDeath } from '../model/quarantine.js';
import type { DecideAnswer, Decision, Evaluation, Lease, PendingDelivery } from '../ports.js';
import { decision, foreignDecision, isForeign } from './decision.js';
import { judgePending, type JudgePorts } from './judge-pending.js';
import { notApplied } from './pending.js';

/** What evaluate touches. */
export type EvaluatePorts = JudgePorts;

/** What became of an evaluation. */
export type Evaluated =
  /** The verdict is written; its callback is to be sent at once. */
  | {
      readonly kind: 'decided';
      readonly delivery: PendingDelivery;
      /** Mandatory checks that could not judge, and that an administrator lets be skipped then. */
      readonly skippedOnError: number;
    }
  | Exclude<DecideAnswer, { kind: 'decided' }>;

/** How long what was granted to an organization is believed: a withdrawal acts with the next connection after it. */
const GRANTS_BELIEVED_MS = 2_000;
const STALE: Evaluated = { kind: 'stale', state: null };

/**
 * Third moment: runs the checks of this stage that have no result yet and writes the verdict.
 * `signal` aborts when the lease is lost: nothing is written any more, somebody else has the task result.
 */
export async function evaluate(ports: EvaluatePorts, lease: Lease, signal: AbortSignal): Promise<Evaluated> {
  const loadedAt = ports.clock.now().getTime();
  const evaluation = await ports.tasks.loadEvaluation(lease);
  if (evaluation === null) return STALE;
  const decided = isForeign(evaluation) ? foreignDecision(evaluation) : await judge(ports, evaluation, signal);
  if (signal.aborted) return STALE;
  const answer = await ports.tasks.decide(lease, decided);
  if (answer.kind !== 'decided') return answer;
  const isFresh = ports.clock.now().getTime() - loadedAt < GRANTS_BELIEVED_MS;
  const delivery = isFresh
    ? firstDelivery(evaluation, decided, { ...answer, dueAt: ports.clock.now() })
    : await ports.tasks.loadDelivery(answer.turn);
  const skippedOnError = decided.results.filter(isSkippedOnError).length;
  return delivery === null ? { kind: 'decided_later' } : { kind: 'decided', delivery, skippedOnError };
}

async function judge(ports: EvaluatePorts, evaluation: Evaluation, signal: AbortSignal): Promise<Decision> {
  const judged = await judgePending(ports, evaluation, signal);
  const deaths = judged.filter(isDeath);
  if (deaths.length > 0) await ports.quarantine.died(evaluation, deaths);
  return decision(evaluation, [...evaluation.finished, ...notApplied(evaluation), ...judged]);
}

/** What `loadDelivery` would find now: the first attempt needs no second look into the store. */
function firstDelivery(
  { lease, request, terraformOrigin, originRecords, deadlineProfile }: Evaluation,
  { callback }: Decision,
  { turn, progressBy, finalBy, dueAt }: Extract<DecideAnswer, { kind: 'decided' }> & Pick<PendingDelivery, 'dueAt'>,
): PendingDelivery {
  const { callbackUrl, accessToken } = request.grant;
  return {
    ...turn,
    taskResultId: lease.taskResultId,
    kind: 'final',
    callbackUrl,
    terraformOrigin,
    originRecords: originRecords.filter(({ origin }) => origin === terraformOrigin),
    accessToken,
    callback,
    dueAt,
    earlier: [],
    deadlineProfile,
    progressBy,
    finalBy,
  };
}
