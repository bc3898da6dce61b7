import type { Check, CheckEnd, CheckFailure, CheckResult } from '../model/check.js';
import type {
  Catalogue,
  CheckRunner,
  Clock,
  DecideAnswer,
  Decision,
  Evaluation,
  FetchedPlan,
  Lease,
  PendingDelivery,
  PlanAnswer,
  PlanSource,
  TaskStore,
} from '../ports.js';
import { decision, foreignDecision, isForeign } from './decision.js';
import { JudgedChecks } from './judged-checks.js';
import { notApplied, pendingChecks } from './pending.js';
import { runFacts } from './run-facts.js';

/** What evaluate touches. */
export interface EvaluatePorts {
  readonly tasks: TaskStore;
  readonly plans: PlanSource;
  readonly runner: CheckRunner;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

/** What became of an evaluation. */
export type Evaluated =
  /** The verdict is written; its callback is to be sent at once. */
  { readonly kind: 'decided'; readonly delivery: PendingDelivery } | Exclude<DecideAnswer, { kind: 'decided' }>;

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
  return delivery === null ? { kind: 'decided_later' } : { kind: 'decided', delivery };
}

async function judge(ports: EvaluatePorts, evaluation: Evaluation, signal: AbortSignal): Promise<Decision> {
  const judged = await judgePending(ports, evaluation, signal);
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

async function judgePending(
  ports: EvaluatePorts,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { tasks, plans, runner, catalogue, clock } = ports;
  const { lease } = evaluation;
  const checks = pendingChecks(evaluation);
  const judged = new JudgedChecks({ tasks, clock, lease, checks, signal });
  const readers = checks.filter((check) => catalogue.needsPlan(check.use));
  const isNeeded = readers.length > 0 || checks.some(({ when }) => when?.changes !== undefined);
  const answer = isNeeded ? await fetchPlan(plans, evaluation, signal) : null;
  if (answer?.kind === 'unavailable') {
    for (const check of readers) judged.record(errored(check, 'plan_unavailable', answer.reason));
  }
  const plan = answer?.kind === 'fetched' ? answer.plan : null;
  try {
    await runChecks(runner, { evaluation, judged, plan, signal });
  } finally {
    await plan?.dispose();
  }
  // A check that the runner forgot must not count as passed.
  for (const check of judged.unjudged()) judged.record(errored(check, 'crashed', 'the runner gave no result'));
  return judged.results();
}

async function fetchPlan(plans: PlanSource, evaluation: Evaluation, signal: AbortSignal): Promise<PlanAnswer> {
  const { lease, request, terraformOrigin, downloadOrigins, originRecords } = evaluation;
  const { accessToken, planJsonUrl } = request.grant;
  if (planJsonUrl === null) return { kind: 'unavailable', reason: 'The request named no plan.' };
  const { organizationId, taskResultId } = lease;
  return plans.fetchPlan(
    { organizationId, taskResultId, url: planJsonUrl, accessToken, terraformOrigin, downloadOrigins, originRecords },
    signal,
  );
}

interface Run {
  readonly evaluation: Evaluation;
  readonly judged: JudgedChecks;
  readonly plan: FetchedPlan | null;
  readonly signal: AbortSignal;
}

async function runChecks(runner: CheckRunner, { evaluation, judged, plan, signal }: Run): Promise<void> {
  const checks = judged.unjudged();
  if (checks.length === 0 || signal.aborted) return;
  const { organizationId, taskResultId } = evaluation.lease;
  const assignment = { organizationId, taskResultId, run: runFacts(evaluation), plan, checks };
  await runner.run(
    assignment,
    (end) => {
      judged.record(end);
    },
    signal,
  );
}

function errored(check: Check, reason: CheckFailure, detail: string): CheckEnd {
  return { kind: 'errored', check: check.name, reason, detail, durationMs: 0, isolation: null, log: [] };
}
