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
} from '@rungate/run-task';
import { startRunner } from '@rungate/sandbox';

/** What to judge. */
export interface PlanToJudge {
  readonly run: RunFacts;
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
export async function judgePlan({ run, checks, plan, signal, progress }: PlanToJudge): Promise<JudgedPlan> {
  const ends: CheckEnd[] = [];
  if (checks.length > 0) {
    const runner = startRunner({ poolSize: 1 });
    try {
      const assignment = {
        organizationId: 'local',
        taskResultId: 'local',
        run,
        plan: checks.some(({ use }) => needsPlan(use)) ? plan : null,
        checks,
      };
      await runner.run(
        assignment,
        (end) => {
          ends.push(end);
          progress(ends.length);
        },
        signal,
      );
    } finally {
      await runner.close();
    }
  }
  const results = checks.map((check) => judge(check, ends.find((end) => end.check === check.name) ?? lost(check)));
  const { verdict, message } = verdictOf(run.stage, results);
  const callback = callbackDocument({ status: verdict, message, outcomes: outcomesOf(results, checks) });
  return { verdict, message, results, callback, refusal: refusalIn(ends) };
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
