import { SEVERITIES, type Check, type CheckEnd, type CheckResult, type Finding, type Severity } from './check.js';
import { plain, plainText } from './text.js';

/** Longest message of a result, characters. */
const MESSAGE_LIMIT = 1_000;

/** Turns how a check ended into its result: the same for all plugins, so that all checks look alike. */
export function judge(check: Check, end: CheckEnd): CheckResult {
  const { name, use, enforcement } = check;
  const { durationMs, isolation, log } = end;
  const base = { name, use, enforcement, durationMs, isolation, log };
  if (end.kind === 'errored') {
    const skipped = check.onError === 'skip';
    return {
      ...base,
      status: skipped ? 'skipped' : 'errored',
      blocks: check.enforcement === 'mandatory' && !skipped,
      message: plain`${skipped ? 'skipped' : 'could not judge'}: ${plainText(end.detail, MESSAGE_LIMIT)}`,
      findings: [],
      facts: {},
      failure: end.reason,
    };
  }
  if (end.kind === 'not_applied') {
    return {
      ...base,
      status: 'skipped',
      blocks: false,
      message: plain`not applied: ${plainText(end.detail, MESSAGE_LIMIT)}`,
      findings: [],
      facts: {},
      failure: null,
    };
  }
  const failed = end.report.findings.some((finding) => fails(check, finding));
  return {
    ...base,
    status: failed ? 'failed' : 'passed',
    blocks: failed && check.enforcement === 'mandatory',
    message: plainText(end.report.summary, MESSAGE_LIMIT),
    findings: worstFirst(check, end.report.findings),
    facts: end.report.facts ?? {},
    failure: null,
  };
}

/** Whether a check was left out because its `when` does not hold: skipped, and nothing went wrong. */
export function isNotApplied({ status, failure }: CheckResult): boolean {
  return status === 'skipped' && failure === null;
}

/** Whether a mandatory check could not judge, and an administrator chose that this skips it: said of every verdict. */
export function isSkippedOnError({ status, failure, enforcement }: CheckResult): boolean {
  return status === 'skipped' && failure !== null && enforcement === 'mandatory';
}

/** Whether a finding fails its check: bad enough, and either certain or unknown where unknown counts. */
export function fails(check: Pick<Check, 'failOn' | 'onUnknown'>, finding: Finding): boolean {
  if (finding.certainty === 'unknown' && check.onUnknown === 'warn') return false;
  return rank(finding.severity) >= rank(check.failOn);
}

/** 0 for `info`, 4 for `critical`. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** What fails the check first, then by severity. Stable: what is equal stays in the plugin's order. */
function worstFirst(check: Check, findings: readonly Finding[]): readonly Finding[] {
  const weight = (finding: Finding): number => rank(finding.severity) + (fails(check, finding) ? SEVERITIES.length : 0);
  return [...findings].sort((a, b) => weight(b) - weight(a));
}
