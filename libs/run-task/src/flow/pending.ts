import type { Check, CheckResult } from '../model/check.js';
import { judge } from '../model/judge.js';
import { whyNotApplied } from '../model/when.js';
import type { Evaluation } from '../ports.js';

/** Checks that apply to this run and that no earlier attempt has finished, in the order of the configuration. */
export function pendingChecks(evaluation: Evaluation): readonly Check[] {
  return unfinished(evaluation).filter((check) => whyNot(check, evaluation) === null);
}

/** Results of the checks of this stage that do not apply to this run, each with the reason. */
export function notApplied(evaluation: Evaluation): readonly CheckResult[] {
  return unfinished(evaluation).flatMap((check) => {
    const detail = whyNot(check, evaluation);
    if (detail === null) return [];
    return [judge(check, { kind: 'not_applied', check: check.name, detail, durationMs: 0, isolation: null, log: [] })];
  });
}

function whyNot({ when }: Check, { request }: Evaluation): string | null {
  return whyNotApplied(when, request.facts);
}

function unfinished({ checks, stage, finished }: Evaluation): readonly Check[] {
  const done = new Set(finished.map((result) => result.name));
  return checks.filter((check) => check.stages.includes(stage) && !done.has(check.name));
}
