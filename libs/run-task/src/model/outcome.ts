import type { CheckResult, Finding, Severity } from './check.js';
import { rank } from './judge.js';
import { clip, markdown, markdownBlocks, plainText, type Markdown, type Plain } from './text.js';

/** Colour of a tag on the run page. */
export type TagLevel = 'none' | 'info' | 'warning' | 'error';

/** One entry of the run page's list (HashiCorp, "Run tasks integration API", outcomes payload and its JSON schema). */
export interface Outcome {
  readonly type: 'task-result-outcomes';
  readonly attributes: {
    /** 1–64 characters. */
    readonly 'outcome-id': Plain;
    /** 1–1,000 characters. */
    readonly description: Plain;
    /** At most 10,000 characters. */
    readonly body?: Markdown;
    /** Names from a closed list that the platform sets. */
    readonly tags: OutcomeTags;
  };
}

/** Tags by name; `Status` and `Severity` are known to the run page, `Check` is ours. */
export type OutcomeTags = Readonly<Partial<Record<'Status' | 'Severity' | 'Check', readonly OutcomeTag[]>>>;

/** One label of a tag. */
export interface OutcomeTag {
  /** 1–32 characters. */
  readonly label: Plain;
  readonly level?: TagLevel;
}

/** Limits of the published schema; the body's is the stricter of two that disagree. */
const LIMITS = { outcomes: 250, id: 64, description: 1_000, body: 10_000, label: 32 } as const;

/**
 * What the caller lists under the run task: an entry for each finding, grouped by check, worst first; a check without
 * findings has one entry. Shadow checks are not shown. What does not fit is counted in the last entry.
 */
export function outcomesOf(results: readonly CheckResult[]): readonly Outcome[] {
  const all = shown(results).flatMap(outcomesOfCheck);
  if (all.length <= LIMITS.outcomes) return all;
  const kept = all.slice(0, LIMITS.outcomes - 1);
  return [...kept, restOutcome(all.length - kept.length)];
}

/** Results that the caller may see: blocking ones first, then by the worst finding. */
export function shown(results: readonly CheckResult[]): readonly CheckResult[] {
  return results
    .filter((result) => result.enforcement !== 'shadow')
    .sort((a, b) => Number(b.blocks) - Number(a.blocks) || worst(b) - worst(a));
}

function worst(result: CheckResult): number {
  return result.findings.reduce((most, finding) => Math.max(most, rank(finding.severity)), -1);
}

/** `aws_s3_bucket.logs is public`, or the message alone when it speaks of no resource. */
export function sentenceOf({ address, message }: Finding): string {
  return address === undefined ? message : `${address} ${message}`;
}

function outcomesOfCheck(result: CheckResult): readonly Outcome[] {
  if (result.findings.length === 0) return [checkOutcome(result)];
  return result.findings.map((finding, index) => findingOutcome(result, finding, index + 1));
}

function checkOutcome(result: CheckResult): Outcome {
  return outcome(result.name, result.message, {
    Status: [statusTag(result)],
    Check: [{ label: label(result.name) }],
  });
}

function findingOutcome(result: CheckResult, finding: Finding, number: number): Outcome {
  const tags: OutcomeTags = {
    Status: [findingStatus(result, finding)],
    Severity: [{ label: label(capitalized(finding.severity)), level: SEVERITY_LEVELS[finding.severity] }],
    Check: [{ label: label(result.name) }],
  };
  return outcome(`${clip(result.name, LIMITS.id - 8)}-${number}`, sentenceOf(finding), tags, findingBody(finding));
}

function findingBody(finding: Finding): Markdown {
  return markdownBlocks([
    ...(finding.address === undefined ? [] : [markdown`**Resource** ${finding.address}`]),
    markdown`**Why** ${finding.message}`,
    ...(finding.remediation === undefined ? [] : [markdown`**Fix** ${finding.remediation}`]),
    ...(finding.docsUrl === undefined ? [] : [markdown`**More** ${finding.docsUrl}`]),
    markdown`**Rule** ${finding.rule}`,
  ]);
}

function restOutcome(count: number): Outcome {
  return outcome('more', `${count} more findings are not listed here.`, {
    Status: [{ label: label('Not listed'), level: 'info' }],
  });
}

function outcome(id: string, description: string, tags: OutcomeTags, body?: Markdown): Outcome {
  return {
    type: 'task-result-outcomes',
    attributes: {
      'outcome-id': plainText(id, LIMITS.id),
      // Encoded first: blanks alone would leave nothing.
      description: plainText(plainText(description) || '(no description)', LIMITS.description),
      ...(body === undefined ? {} : { body }),
      tags,
    },
  };
}

const SEVERITY_LEVELS: Readonly<Record<Severity, TagLevel>> = {
  info: 'info',
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'error',
};

/** What depends on values known only after apply is an error only where it blocks. */
function findingStatus(result: CheckResult, finding: Finding): OutcomeTag {
  if (finding.certainty === 'violation') return statusTag(result);
  return { label: label('Unknown until apply'), level: result.blocks ? 'error' : 'warning' };
}

function statusTag(result: CheckResult): OutcomeTag {
  switch (result.status) {
    case 'passed':
      return { label: label('Passed'), level: 'info' };
    case 'failed':
      return result.blocks
        ? { label: label('Failed'), level: 'error' }
        : { label: label('Advisory'), level: 'warning' };
    case 'errored':
      return { label: label('Errored'), level: result.blocks ? 'error' : 'warning' };
    case 'skipped':
      return { label: label('Skipped'), level: 'warning' };
    case 'waiting':
      return { label: label('Waiting'), level: 'info' };
  }
}

function label(text: string): Plain {
  return plainText(text, LIMITS.label);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
