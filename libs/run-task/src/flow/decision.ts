import { callbackDocument } from '../model/callback.js';
import type { Check, CheckResult } from '../model/check.js';
import { judge } from '../model/judge.js';
import { outcomesOf } from '../model/outcome.js';
import { plain, plainText } from '../model/text.js';
import { verdictOf, verdictOfUnstarted, type Judgement } from '../model/verdict.js';
import type { Decision, Evaluation, Forecast } from '../ports.js';
import { notApplied, pendingChecks } from './pending.js';

/**
 * Whether a run is of another Terraform organization than its run task: whoever has URL and key of a hook uses them from
 * an organization of his own, and would learn of the checks through their outcomes.
 */
export function isForeign({ request, terraformOrganization }: Evaluation): boolean {
  const { organization_name: name } = request.facts;
  return name !== '' && name.toLowerCase() !== terraformOrganization.toLowerCase();
}

/** What is decided about a run of another Terraform organization: no check judges it. */
export function foreignDecision({ request, terraformOrganization }: Evaluation): Decision {
  const own = plainText(terraformOrganization, NAME_LIMIT);
  const other = plainText(request.facts.organization_name, NAME_LIMIT);
  const message = plain`Failed: this run task belongs to the Terraform organization ${own}, and this run is of ${other}. If that is meant, an administrator says so with: rungate run-task pin --help.`;
  return { verdict: 'failed', message, results: [], callback: callbackDocument({ status: 'failed', message }) };
}

/** Everything that D4 writes when all checks have ended. */
export function decision(evaluation: Evaluation, results: readonly CheckResult[]): Decision {
  return complete(evaluation, results, verdictOf(evaluation.stage, results));
}

/**
 * What the keeper decides at the deadline. A task result that nobody ever claimed follows the run task's `onTimeout`;
 * once it was claimed, a check without a result counts as errored and follows its own `onError`. The same before the deadline,
 * when nothing can start in time any more: `why` says it; and when an operator wants it now: he passes nothing by it that
 * would not have passed then (P0-8).
 */
export function lateDecision(
  evaluation: Evaluation,
  now: Date,
  why: Forecast | 'intake-paused' | null = null,
): Decision {
  if (isForeign(evaluation)) return foreignDecision(evaluation);
  const { stage, onTimeout, finished, lease, cutShort } = evaluation;
  const settled = [...finished, ...notApplied(evaluation)];
  const pending = pendingChecks(evaluation);
  if (lease.attempt === 0)
    return complete(evaluation, settled, verdictOfUnstarted(onTimeout, pending, { stage, settled, why, cutShort }));
  const results = [...settled, ...pending.map((check) => lateResult(check, evaluation, now))];
  return complete(evaluation, results, verdictOf(stage, results));
}

const NAME_LIMIT = 100;

function lateResult(check: Check, { receivedAt, cutShort }: Evaluation, now: Date): CheckResult {
  const durationMs = now.getTime() - receivedAt.getTime();
  const until = cutShort ? 'when whoever operates Rungate ended the evaluation' : 'just before the deadline';
  const detail = `no result in time: it was still undecided after ${Math.round(durationMs / 1_000)} s, ${until}`;
  return judge(check, {
    kind: 'errored',
    check: check.name,
    reason: 'timeout',
    detail,
    durationMs,
    isolation: null,
    log: [],
  });
}

function complete(
  { request, checks }: Evaluation,
  results: readonly CheckResult[],
  { verdict, message }: Judgement,
): Decision {
  const outcomes = request.facts.capabilities.outcomes ? outcomesOf(results, checks) : [];
  return { verdict, message, results, callback: callbackDocument({ status: verdict, message, outcomes }) };
}
