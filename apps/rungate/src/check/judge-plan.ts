import { needsPlan } from '@rungate/checks';
import {
  callbackDocument,
  judge,
  outcomesOf,
  verdictOf,
  type CallbackDocument,
  type Check,
  type CheckEnd,
  type CheckResult,
  type FetchedPlan,
  type Judgement,
  type RunFacts,
  type WhenFacts,
  whyNotApplied,
} from '@rungate/run-task';
import { startRunner } from '@rungate/sandbox';

/** What to judge. */
export interface PlanToJudge {
  readonly run: RunFacts;
  /** What is known for the `when` of a check; what is not, keeps none away. */
  readonly known: WhenFacts;
  /** Checks of this stage. */
  readonly checks: readonly Check[];
  readonly plan: FetchedPlan;
  readonly signal: AbortSignal;
  /** Called after each check. */
  readonly progress: (done: number) => void;
}

/** What a run task with these checks would have answered. */
export interface JudgedPlan extends Judgement {
  readonly results: readonly CheckResult[];
  readonly callback: CallbackDocument;
  /** Why the plan could not be read, where a check needed it; then the verdict says nothing. */
  readonly refusal: string | null;
}

/** Judges a plan as the platform does: masked and checked in the sandbox, with the same rules for the verdict. */
export async function judgePlan(toJudge: PlanToJudge): Promise<JudgedPlan> {
  const { run, known, checks } = toJudge;
  const notApplied = checks.flatMap((check) => {
    const detail = whyNotApplied(check.when, known);
    return detail === null ? [] : [notAppliedEnd(check, detail)];
  });
  const applied = checks.filter(({ name }) => !notApplied.some(({ check }) => check === name));
  const ends = [...notApplied, ...(applied.length === 0 ? [] : await runChecks(applied, toJudge))];
  const results = checks.map((check) => judge(check, ends.find((end) => end.check === check.name) ?? lost(check)));
  const { verdict, message } = verdictOf(run.stage, results);
  const callback = callbackDocument({ status: verdict, message, outcomes: outcomesOf(results, checks) });
  return { verdict, message, results, callback, refusal: refusalIn(ends) };
}

async function runChecks(
  checks: readonly Check[],
  { run, plan, signal, progress }: PlanToJudge,
): Promise<readonly CheckEnd[]> {
  const ends: CheckEnd[] = [];
  const runner = startRunner({ poolSize: 1 });
  const isNeeded = checks.some(({ use, when }) => needsPlan(use) || when?.changes !== undefined);
  try {
    await runner.run(
      { organizationId: 'local', taskResultId: 'local', run, plan: isNeeded ? plan : null, checks },
      (end) => {
        ends.push(end);
        progress(ends.length);
      },
      signal,
    );
  } finally {
    await runner.close();
  }
  return ends;
}

function notAppliedEnd({ name }: Check, detail: string): CheckEnd {
  return { kind: 'not_applied', check: name, detail, durationMs: 0, isolation: null, log: [] };
}

/** A check that the sandbox forgot must not count as passed. */
function lost({ name }: Check): CheckEnd {
  return {
    kind: 'errored',
    check: name,
    reason: 'crashed',
    detail: 'the runner gave no result',
    durationMs: 0,
    isolation: null,
    log: [],
  };
}

function refusalIn(ends: readonly CheckEnd[]): string | null {
  const refused = ends.find((end) => end.kind === 'errored' && end.reason === 'plan_unavailable');
  return refused?.kind === 'errored' ? refused.detail : null;
}
