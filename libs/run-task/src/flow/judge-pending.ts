import type { Check, CheckEnd, CheckFailure, CheckResult } from '../model/check.js';
import type {
  Catalogue,
  CheckRunner,
  Clock,
  Evaluation,
  FetchedPlan,
  PlanAnswer,
  PlanSource,
  TaskStore,
} from '../ports.js';
import type { QuarantineWatch } from '../quarantine-ports.js';
import { JudgedChecks } from './judged-checks.js';
import { pendingChecks } from './pending.js';
import { runFacts } from './run-facts.js';

/** What it takes to judge. */
export interface JudgePorts {
  readonly tasks: TaskStore;
  readonly plans: PlanSource;
  readonly runner: CheckRunner;
  readonly catalogue: Catalogue;
  readonly quarantine: QuarantineWatch;
  readonly clock: Clock;
}

/** So many workers were lost over a task result without anybody knowing why: from now on its checks run alone. */
const ALONE_AFTER_LAPSES = 2;
/** So many, and it is given up: whatever ends them does so before a check runs. */
const GIVE_UP_AFTER_LAPSES = 6;

/** Runs the checks that have no result yet, those that may run; each has one in the end unless `signal` aborts. */
export async function judgePending(
  ports: JudgePorts,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { tasks, clock } = ports;
  const { lease, lapses } = evaluation;
  const atOnce = lapses >= ALONE_AFTER_LAPSES;
  const judged = new JudgedChecks({ tasks, clock, lease, checks: pendingChecks(evaluation), atOnce, signal });
  setAside(ports, evaluation, judged);
  if (!atOnce) await judgeChecks(ports, { evaluation, judged, checks: judged.unjudged(), isAlone: false, signal });
  // Also those that were running when the sandbox ended: one of them may have ended it.
  await judgeAlone(ports, { evaluation, judged, signal });
  // A check that the runner forgot must not count as passed.
  for (const check of judged.unjudged()) judged.record(errored(check, 'sandbox_lost', 'the runner gave no result'));
  return judged.results();
}

/** Gives a result to the checks that must not run, or not again. */
function setAside({ quarantine }: JudgePorts, evaluation: Evaluation, judged: JudgedChecks): void {
  const { lapses, trying } = evaluation;
  for (const check of judged.unjudged()) {
    const why = quarantine.whyNot(evaluation, check);
    if (check.name === trying) judged.record(errored(check, 'crashed', ENDED_ITS_WORKER));
    else if (why !== null) judged.record(errored(check, 'quarantined', why));
    else if (lapses >= GIVE_UP_AFTER_LAPSES) {
      judged.record(
        errored(check, 'sandbox_lost', `${lapses} workers that began to judge this run ended before they were done`),
      );
    }
  }
}

const ENDED_ITS_WORKER =
  'the worker ended while this check ran alone, after others had ended over the same run: it is not tried again';

interface Judging {
  readonly evaluation: Evaluation;
  readonly judged: JudgedChecks;
  readonly signal: AbortSignal;
}

/** One after the other, each noted before it runs. */
async function judgeAlone(ports: JudgePorts, { evaluation, judged, signal }: Judging): Promise<void> {
  for (const check of judged.unjudged()) {
    if (signal.aborted || !(await ports.tasks.tryAlone(evaluation.lease, check.name))) return;
    await judgeChecks(ports, { evaluation, judged, checks: [check], isAlone: true, signal });
  }
}

interface Together extends Judging {
  readonly checks: readonly Check[];
  readonly isAlone: boolean;
}

async function judgeChecks(ports: JudgePorts, together: Together): Promise<void> {
  const { evaluation, judged, checks, signal } = together;
  const { plans, catalogue } = ports;
  const readers = checks.filter((check) => catalogue.needsPlan(check.use));
  const isNeeded = readers.length > 0 || checks.some(({ when }) => when?.changes !== undefined);
  const answer = isNeeded ? await fetchPlan(plans, evaluation, signal) : null;
  if (answer?.kind === 'unavailable') {
    for (const check of readers) judged.record(errored(check, 'plan_unavailable', answer.reason));
  }
  const plan = answer?.kind === 'fetched' ? answer.plan : null;
  try {
    await runChecks(ports.runner, together, plan);
  } finally {
    await plan?.dispose();
  }
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

async function runChecks(runner: CheckRunner, together: Together, plan: FetchedPlan | null): Promise<void> {
  const { evaluation, judged, isAlone, signal } = together;
  const unjudged = judged.unjudged();
  const checks = together.checks.filter((check) => unjudged.includes(check));
  if (checks.length === 0 || signal.aborted) return;
  const { organizationId, taskResultId } = evaluation.lease;
  const assignment = { organizationId, taskResultId, run: runFacts(evaluation), plan, checks };
  await runner.run(
    assignment,
    (end) => {
      if (end.kind !== 'errored' || end.reason !== 'sandbox_lost') judged.record(end);
      else if (isAlone) judged.record({ ...end, reason: 'crashed', detail: ENDED_ITS_SANDBOX });
    },
    signal,
  );
}

const ENDED_ITS_SANDBOX = 'the sandbox ended while this check ran alone';

function errored(check: Check, reason: CheckFailure, detail: string): CheckEnd {
  return { kind: 'errored', check: check.name, reason, detail, durationMs: 0, isolation: null, log: [] };
}
