import type { Check, CheckEnd, CheckResult } from '../model/check.js';
import { judge } from '../model/judge.js';
import type {
  Catalogue,
  CheckRunner,
  Clock,
  DecideAnswer,
  Evaluation,
  Lease,
  PlanAnswer,
  PlanSource,
  TaskStore,
} from '../ports.js';
import { decision } from './decision.js';
import { pendingChecks } from './pending.js';
import { runFacts } from './run-facts.js';

export interface EvaluatePorts {
  readonly tasks: TaskStore;
  readonly plans: PlanSource;
  readonly runner: CheckRunner;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

/** A result is written as soon as it is there once an evaluation took this long; before, with the verdict. */
const SAVE_AFTER_MS = 1_000;

const STALE: DecideAnswer = { kind: 'stale', state: null };

/**
 * Third moment: runs the checks of this stage that have no result yet and writes the verdict.
 * `signal` aborts when the lease is lost: nothing is written any more, somebody else has the task result.
 */
export async function evaluate(ports: EvaluatePorts, lease: Lease, signal: AbortSignal): Promise<DecideAnswer> {
  const evaluation = await ports.tasks.loadEvaluation(lease);
  if (evaluation === null) return STALE;
  const judged = await judgePending(ports, evaluation, signal);
  if (signal.aborted) return STALE;
  return ports.tasks.decide(lease, decision(evaluation, [...evaluation.finished, ...judged]));
}

async function judgePending(
  ports: EvaluatePorts,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const pending = pendingChecks(evaluation);
  const record = recorder(ports, evaluation, pending);
  const needsPlan = pending.some((check) => ports.catalogue.needsPlan(check.use));
  const answer = needsPlan ? await fetchPlan(ports.plans, evaluation, signal) : null;
  if (signal.aborted) return [];
  const runnable = pending.filter((check) => answer?.kind !== 'unavailable' || !ports.catalogue.needsPlan(check.use));
  if (answer?.kind === 'unavailable') {
    for (const check of pending.filter((one) => !runnable.includes(one))) record(planMissing(check, answer.reason));
  }
  const plan = answer?.kind === 'fetched' ? answer.plan : null;
  try {
    if (runnable.length > 0) {
      const { organizationId, taskResultId } = evaluation.lease;
      const job = { organizationId, taskResultId, run: runFacts(evaluation), plan, checks: runnable };
      await ports.runner.run(job, record, signal);
    }
  } finally {
    await plan?.dispose();
  }
  return record.results();
}

async function fetchPlan(plans: PlanSource, evaluation: Evaluation, signal: AbortSignal): Promise<PlanAnswer> {
  const { lease, request, terraformOrigin, downloadOrigins } = evaluation;
  const { accessToken, planJsonUrl } = request.grant;
  if (planJsonUrl === null) return { kind: 'unavailable', reason: 'The request named no plan.' };
  const { organizationId, taskResultId } = lease;
  return plans.fetchPlan(
    { organizationId, taskResultId, url: planJsonUrl, accessToken, terraformOrigin, downloadOrigins },
    signal,
  );
}

function planMissing(check: Check, detail: string): CheckEnd {
  return { kind: 'errored', check: check.name, reason: 'plan_unavailable', detail, durationMs: 0 };
}

interface Recorder {
  (end: CheckEnd): void;
  /** Everything recorded, when the writes under way have ended. */
  results(): Promise<readonly CheckResult[]>;
}

/** Judges each end as it comes; a long evaluation writes its results at once, so that a takeover need not repeat them. */
function recorder({ tasks, clock }: EvaluatePorts, { lease }: Evaluation, checks: readonly Check[]): Recorder {
  const startedAt = clock.now().getTime();
  const byName = new Map(checks.map((check) => [check.name, check]));
  const results: CheckResult[] = [];
  let saved = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const record = (end: CheckEnd): void => {
    const check = byName.get(end.check);
    if (check === undefined) return;
    results.push(judge(check, end));
    if (clock.now().getTime() - startedAt < SAVE_AFTER_MS) return;
    const unsaved = results.slice(saved);
    saved = results.length;
    writing = writing.then(() => tasks.saveCheckResults(lease, unsaved));
  };
  return Object.assign(record, {
    async results() {
      await writing;
      return results;
    },
  });
}
