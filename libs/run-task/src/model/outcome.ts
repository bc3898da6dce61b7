import type { Check, CheckResult, Finding, Severity } from './check.js';
import { fails, isNotApplied, rank } from './judge.js';
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
 * findings has one entry. Shadow checks are not shown. Of what does not fit, every check keeps its worst; the rest is
 * counted in the last entry. `checks` are those that judged: what a finding means is theirs to say.
 */
export function outcomesOf(results: readonly CheckResult[], checks: readonly Check[]): readonly Outcome[] {
  const shares = shareOut(shown(results), LIMITS.outcomes);
  const rest = shares.flatMap(({ result, room }) => {
    const count = entriesOf(result) - room;
    return count === 0 ? [] : [{ name: result.name, count }];
  });
  return [...shares.flatMap((share) => outcomesOfCheck(share, judgeOf(share.result, checks))), ...restOutcome(rest)];
}

/** The check that a result is of; one that is no longer there counts as every check by default. */
function judgeOf({ name }: CheckResult, checks: readonly Check[]): Judge {
  return checks.find((check) => check.name === name) ?? { failOn: 'high', onUnknown: 'warn' };
}

type Judge = Pick<Check, 'failOn' | 'onUnknown'>;

function entriesOf({ findings }: CheckResult): number {
  return Math.max(1, findings.length);
}

/** A result, and how many of its entries may be shown. */
interface Share {
  readonly result: CheckResult;
  readonly room: number;
}

/** All entries when they fit; else one for each result, and in order the room that is left beside the count of the rest. */
function shareOut(results: readonly CheckResult[], limit: number): readonly Share[] {
  const total = results.reduce((sum, result) => sum + entriesOf(result), 0);
  if (total <= limit) return results.map((result) => ({ result, room: entriesOf(result) }));
  let free = limit - 1;
  return results.map((result, index) => {
    const later = results.length - index - 1;
    const room = Math.min(entriesOf(result), Math.max(free - later, Math.min(free, 1)));
    free -= room;
    return { result, room };
  });
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

function outcomesOfCheck({ result, room }: Share, judge: Judge): readonly Outcome[] {
  if (result.findings.length === 0) return [checkOutcome(result)].slice(0, room);
  return result.findings
    .slice(0, room)
    .map((finding, index) => findingOutcome(result, finding, { number: index + 1, isFatal: fails(judge, finding) }));
}

/** Where a finding stands among those of its check, and whether it is one of those that failed it. */
interface Place {
  readonly number: number;
  readonly isFatal: boolean;
}

function checkOutcome(result: CheckResult): Outcome {
  return outcome(result.name, result.message, {
    Status: [statusTag(result)],
    Check: [{ label: label(result.name) }],
  });
}

function findingOutcome(result: CheckResult, finding: Finding, { number, isFatal }: Place): Outcome {
  const tags: OutcomeTags = {
    Status: [findingStatus(result, finding, isFatal)],
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

function restOutcome(rest: readonly { readonly name: string; readonly count: number }[]): readonly Outcome[] {
  if (rest.length === 0) return [];
  // Never one: the place of this entry would have held it.
  const total = rest.reduce((sum, { count }) => sum + count, 0);
  const each = rest.map(({ name, count }) => `${name} ${count}`).join(', ');
  return [
    outcome('more', `${total} more findings are not listed here (${each}).`, {
      Status: [{ label: label('Not listed'), level: 'info' }],
    }),
  ];
}

function outcome(id: string, description: string, tags: OutcomeTags, body?: Markdown): Outcome {
  return {
    type: 'task-result-outcomes',
    attributes: {
      'outcome-id': plainText(id, LIMITS.id),
      // Encoded first: blanks alone would leave nothing.
      description: plainText(plainText(description, LIMITS.description) || '(no description)'),
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

/** A finding's own status: of a failed check, only what failed it is shown as failed. */
function findingStatus(result: CheckResult, { certainty, severity }: Finding, isFatal: boolean): OutcomeTag {
  if (certainty === 'unknown') {
    return { label: label('Unknown until apply'), level: isFatal && result.blocks ? 'error' : 'warning' };
  }
  if (isFatal) return statusTag(result);
  return severity === 'info' ? { label: label('Info'), level: 'info' } : { label: label('Remark'), level: 'warning' };
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
      return isNotApplied(result)
        ? { label: label('Not applied'), level: 'info' }
        : { label: label('Skipped'), level: 'warning' };
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
