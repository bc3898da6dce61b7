import type { Check, CheckResult } from './check.js';
import { sentenceOf, shown } from './outcome.js';
import type { Stage } from './request.js';
import { plain, plainText, type Plain } from './text.js';

/** The final answer of a task result, in the caller's words. */
export type Verdict = 'passed' | 'failed';

/** `attributes.message` of the published schema. */
const MESSAGE_LIMIT = 1_000;
const EXAMPLE_LIMIT = 160;
const EXAMPLES = 5;

/** A verdict with the sentence that goes with it. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly message: Plain;
}

/** The verdict of a judged task result and the sentence that explains it. */
export function verdictOf(stage: Stage, results: readonly CheckResult[]): Judgement {
  const visible = shown(results);
  const blocking = visible.filter((result) => result.blocks);
  if (visible.length === 0) {
    return nothingToJudge(stage);
  }
  if (blocking.length > 0) {
    const message = `Blocked: ${blocking.length} of ${checks(visible.length)} failed — ${examples(blocking)}.`;
    return { verdict: 'failed', message: plainText(message, MESSAGE_LIMIT) };
  }
  return { verdict: 'passed', message: plainText(passedMessage(visible), MESSAGE_LIMIT) };
}

/** The verdict of a task result whose checks never started: nobody took it before its deadline. */
export function verdictOfUnstarted(onTimeout: Verdict, stage: Stage, configured: readonly Check[]): Judgement {
  const count = configured.filter((check) => check.stages.includes(stage) && check.enforcement !== 'shadow').length;
  if (count === 0) return nothingToJudge(stage);
  const why = `no worker was free to run ${checks(count)} before the deadline`;
  const message =
    onTimeout === 'failed'
      ? `Blocked: ${why}.`
      : `Passed without being judged: ${why}, and this run task is set to pass then.`;
  return { verdict: onTimeout, message: plainText(message, MESSAGE_LIMIT) };
}

function nothingToJudge(stage: Stage): Judgement {
  return { verdict: 'passed', message: plain`Passed: no check is configured for ${stage}.` };
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
