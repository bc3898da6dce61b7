import { callbackDocument } from '../model/callback.js';
import type { Check, CheckResult } from '../model/check.js';
import { judge } from '../model/judge.js';
import { outcomesOf } from '../model/outcome.js';
import { verdictOf, verdictOfUnstarted, type Judgement } from '../model/verdict.js';
import type { Decision, Evaluation } from '../ports.js';
import { notApplied, pendingChecks } from './pending.js';

/** Everything that D4 writes when all checks have ended. */
export function decision(evaluation: Evaluation, results: readonly CheckResult[]): Decision {
  return complete(evaluation, results, verdictOf(evaluation.stage, results));
}

/**
 * What the keeper decides at the deadline. A task result that nobody ever claimed follows the run task's `onTimeout`;
 * once it was claimed, a check without a result counts as errored and follows its own `onError`.
 */
export function lateDecision(evaluation: Evaluation, now: Date): Decision {
  const { stage, onTimeout, finished, lease } = evaluation;
  const settled = [...finished, ...notApplied(evaluation)];
  const pending = pendingChecks(evaluation);
  if (lease.attempt === 0)
    return complete(evaluation, settled, verdictOfUnstarted(onTimeout, pending, { stage, settled }));
  const results = [...settled, ...pending.map((check) => lateResult(check, evaluation, now))];
  return complete(evaluation, results, verdictOf(stage, results));
}

function lateResult(check: Check, { receivedAt }: Evaluation, now: Date): CheckResult {
  const durationMs = now.getTime() - receivedAt.getTime();
  const detail = `no result in time: it was still undecided after ${Math.round(durationMs / 1_000)} s, just before the deadline`;
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
