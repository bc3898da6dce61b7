import { SEVERITIES, type Check, type CheckEnd, type CheckResult, type Finding, type Severity } from './check.js';
import { plain } from './text.js';

/** Turns how a check ended into its result: the same for all plugins, so that all checks look alike. */
export function judge(check: Check, end: CheckEnd): CheckResult {
  const base = { name: check.name, use: check.use, enforcement: check.enforcement, durationMs: end.durationMs };
  if (end.kind === 'errored') {
    const skipped = check.onError === 'skip';
    return {
      ...base,
      status: skipped ? 'skipped' : 'errored',
      blocks: check.enforcement === 'mandatory' && !skipped,
      message: plain`${skipped ? 'skipped' : 'could not judge'}: ${end.detail}`,
      findings: [],
      facts: {},
      failure: end.reason,
    };
  }
  const failed = end.report.findings.some((finding) => fails(check, finding));
  return {
    ...base,
    status: failed ? 'failed' : 'passed',
    blocks: failed && check.enforcement === 'mandatory',
    message: plain`${end.report.summary}`,
    findings: worstFirst(end.report.findings),
    facts: end.report.facts ?? {},
    failure: null,
  };
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

/** Stable: findings of one severity stay in the plugin's order. */
function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => rank(b.severity) - rank(a.severity));
}
