import type { Check, CheckResult } from './check.js';
import { sentenceOf, shown } from './outcome.js';
import { isNotApplied, isSkippedOnError } from './judge.js';
import type { Stage } from './request.js';
import { clip, plain, plainText, type Plain } from './text.js';

/** The final answer of a task result, in the caller's words. */
export type Verdict = 'passed' | 'failed';

/** `attributes.message` of the published schema. */
const MESSAGE_LIMIT = 1_000;
const EXAMPLE_LIMIT = 160;
const EXAMPLES = 5;
/** Of checks that do not apply: characters of the name and of the reason. */
const NAME_LIMIT = 40;
const APART_LIMIT = 90;

/** A verdict with the sentence that goes with it. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly message: Plain;
}

/** The verdict of a judged task result and the sentence that explains it. */
export function verdictOf(stage: Stage, results: readonly CheckResult[]): Judgement {
  const visible = shown(results);
  const judged = visible.filter((result) => !isNotApplied(result));
  const apart = visible.filter(isNotApplied);
  const blocking = judged.filter((result) => result.blocks);
  if (judged.length === 0) return nothingToJudge(stage, apart);
  const addition = [leftOut(apart), skippedOnError(judged.filter(isSkippedOnError))].join('');
  if (blocking.length > 0) {
    const sentence = `Blocked: ${blocking.length} of ${checks(judged.length)} failed — ${examples(blocking)}.`;
    return { verdict: 'failed', message: withAddition(sentence, addition) };
  }
  return { verdict: 'passed', message: withAddition(passedMessage(judged), addition) };
}

/** What is known of a task result whose pending checks never started. */
export interface Unstarted {
  readonly stage: Stage;
  /** Results there are: of checks that do not apply to the run. */
  readonly settled: readonly CheckResult[];
  /** Why it is decided before its deadline, or was not begun; null, or absent: nobody took it. */
  readonly why?: { readonly before: number; readonly perMinute: number } | 'intake-paused' | null;
  /** Whether an operator wanted it decided before. */
  readonly cutShort?: boolean;
}

/** The verdict of a task result whose checks never started: nobody took it before its deadline. */
export function verdictOfUnstarted(
  onTimeout: Verdict,
  pending: readonly Check[],
  { stage, settled, why = null, cutShort = false }: Unstarted,
): Judgement {
  const count = pending.filter((check) => check.enforcement !== 'shadow').length;
  if (count === 0) return verdictOf(stage, settled);
  const message = unstarted(onTimeout, count, { why, cutShort });
  return { verdict: onTimeout, message: withAddition(message, leftOut(shown(settled))) };
}

function unstarted(
  onTimeout: Verdict,
  count: number,
  { why, cutShort }: Required<Pick<Unstarted, 'why' | 'cutShort'>>,
): string {
  if (why === 'intake-paused') return held(onTimeout, count);
  return why === null ? tooLate(onTimeout, count, cutShort) : hopeless(onTimeout, count, why);
}

function held(onTimeout: Verdict, count: number): string {
  const start = onTimeout === 'failed' ? 'Blocked' : 'Passed without being judged, as this run task is set to';
  return `${start}: ${checks(count)} did not start before the deadline, since whoever operates Rungate paused the intake of this organization. Run it again when it is resumed.`;
}

function tooLate(onTimeout: Verdict, count: number, cutShort: boolean): string {
  const until = cutShort ? 'whoever operates Rungate ended the evaluation' : 'the deadline';
  const why = `no worker was free to run ${checks(count)} before ${until}`;
  return onTimeout === 'failed'
    ? `Blocked: ${why}.`
    : `Passed without being judged: ${why}, and this run task is set to pass then.`;
}

function hopeless(
  onTimeout: Verdict,
  count: number,
  { before, perMinute }: Exclude<NonNullable<Unstarted['why']>, string>,
): string {
  const start = onTimeout === 'failed' ? 'Blocked' : 'Passed without being judged, as this run task is set to';
  const pace = perMinute < 1.5 ? 'about 1 starts' : `about ${Math.round(perMinute)} start`;
  return `${start}: ${checks(count)} cannot start before the deadline. ${before} task results of this organization wait before this one, and ${pace} a minute. Run it again later, start fewer runs at once, or ask whoever operates Rungate for a larger share.`;
}

function nothingToJudge(stage: Stage, apart: readonly CheckResult[]): Judgement {
  if (apart.length === 0) return { verdict: 'passed', message: plain`Passed: no check is configured for ${stage}.` };
  return {
    verdict: 'passed',
    message: withAddition(`Passed: no check of ${stage} applies to this run.`, leftOut(apart)),
  };
}

/**
 * The sentence, and after it what must be seen, whatever has to be cut before it: the checks that do not apply, since some
 * of what keeps a check away is for the author of a run to choose, such as its branch; and those that breaking skipped.
 */
function withAddition(sentence: string, addition: string): Plain {
  if (addition === '') return plainText(sentence, MESSAGE_LIMIT);
  const after = plainText(addition);
  const stop = /[.…]$/.test(sentence) ? '' : '.';
  return plain`${plainText(sentence + stop, MESSAGE_LIMIT - after.length - 1)} ${after}`;
}

function leftOut(apart: readonly CheckResult[]): string {
  if (apart.length === 0) return '';
  const named = apart.map(({ name, message }) => `${clip(name, NAME_LIMIT)} ${clip(message, APART_LIMIT)}`);
  return ` ${checks(apart.length)} left out — ${someOf(named)}.`;
}

function skippedOnError(skipped: readonly CheckResult[]): string {
  if (skipped.length === 0) return '';
  const named = skipped.map(({ name }) => clip(name, NAME_LIMIT));
  return ` ${skipped.length} mandatory could not judge and skipped, as an administrator chose — ${someOf(named)}.`;
}

function someOf(texts: readonly string[]): string {
  const rest = texts.length > EXAMPLES ? ` and ${texts.length - EXAMPLES} more` : '';
  return `${texts.slice(0, EXAMPLES).join(', ')}${rest}`;
}

/** The text of a `running` update: what is done, and what is still going on. */
export function progressMessage(finished: readonly CheckResult[], pending: readonly Check[]): Plain {
  const visible = pending.filter((check) => check.enforcement !== 'shadow');
  const done = shown(finished).length;
  const names = visible.map((check) => check.name).join(', ');
  return plainText(
    `Running: ${done} of ${checks(done + visible.length)} done${names === '' ? '' : ` — still running: ${names}`}.`,
    MESSAGE_LIMIT,
  );
}

function passedMessage(visible: readonly CheckResult[]): string {
  const remarks = visible.filter(hasRemark);
  const passed = visible.filter((result) => result.status === 'passed').length;
  if (remarks.length === 0) return `Passed: ${summaries(visible)}`;
  return `Passed: ${passed} of ${checks(visible.length)} passed — worth a look: ${examples(remarks)}.`;
}

/** A check that did not block, and yet has something to say. */
function hasRemark(result: CheckResult): boolean {
  return result.status !== 'passed' || result.findings.some((finding) => finding.severity !== 'info');
}

function summaries(visible: readonly CheckResult[]): string {
  const [only] = visible;
  if (visible.length === 1 && only !== undefined) return `${only.message} (${only.name})`;
  return `all ${checks(visible.length)} passed — ${visible.map((result) => `${clipped(result.message)} (${result.name})`).join(', ')}.`;
}

/** The worst finding of each check, a few of them, each with the check's name. */
function examples(results: readonly CheckResult[]): string {
  const texts = results.slice(0, EXAMPLES).map((result) => `${clipped(exampleOf(result))} (${result.name})`);
  const rest = results.length - texts.length;
  return rest === 0 ? texts.join(', ') : `${texts.join(', ')} and ${rest} more`;
}

function exampleOf(result: CheckResult): string {
  const [finding] = result.findings;
  if (finding === undefined) return result.message;
  const text = sentenceOf(finding).replace(/\.$/, '');
  return result.findings.length === 1 ? text : `${text} and ${result.findings.length - 1} more`;
}

function clipped(text: string): string {
  return plainText(text.replace(/\.$/, ''), EXAMPLE_LIMIT);
}

function checks(count: number): string {
  return count === 1 ? '1 check' : `${count} checks`;
}
