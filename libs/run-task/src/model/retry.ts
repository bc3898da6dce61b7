import { assertNever } from '../errors.js';
import { after, type Allowances } from './deadline.js';
import { undeliverableReason, type RefusalClass } from './undeliverable.js';

/** How a PATCH to the callback URL ended, as the sender saw it. */
export type CallbackAnswer =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfterMs: number | null;
      /** First JSON:API error title, plain, at most 200 characters. */
      readonly title: string | null;
      /** What it said besides, for operators alone: at most 2,000 characters, without our token and any query string. */
      readonly kept?: string;
    }
  /** No answer was read. `sent` true: the request may have arrived. */
  | { readonly kind: 'no_answer'; readonly cause: NoAnswerCause; readonly sent: boolean; readonly detail: string };

/** Why no answer was read. */
export type NoAnswerCause =
  | 'timeout'
  | 'reset'
  | 'refused'
  | 'dns'
  | 'certificate'
  /** Our own rule: the address or URL may not be used. */
  | 'forbidden'
  /** Not sent: the host fails, or has as many callbacks under way as it may. */
  | 'held';

/** What an answer means for the next step. */
export type AnswerClass =
  | 'delivered'
  | 'conflict'
  | 'unauthorized'
  | 'not_found'
  | 'ours'
  | 'throttled'
  | 'transient'
  /** The request may have arrived, the answer never came. */
  | 'unknown'
  | 'redirect'
  | 'certificate'
  | 'forbidden'
  /** No attempt was made: it does not count. */
  | 'held';

/** The class of an answer, or of its absence. */
export function classify(answer: CallbackAnswer): AnswerClass {
  return answer.kind === 'status' ? classifyStatus(answer.status) : classifyNoAnswer(answer);
}

function classifyStatus(status: number): AnswerClass {
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 300 && status < 400) return 'redirect';
  switch (status) {
    case 409:
      return 'conflict';
    case 401:
    case 403:
      return 'unauthorized';
    case 404:
    case 410:
      return 'not_found';
    case 408:
    case 425:
    case 429:
      return 'throttled';
    default:
      return status >= 500 ? 'transient' : 'ours';
  }
}

function classifyNoAnswer({ cause, sent }: Extract<CallbackAnswer, { kind: 'no_answer' }>): AnswerClass {
  if (cause === 'certificate' || cause === 'forbidden' || cause === 'held') return cause;
  return sent ? 'unknown' : 'transient';
}

/** What becomes of a delivery after an attempt. */
export type NextStep =
  | { readonly kind: 'delivered'; readonly presumed: boolean }
  | { readonly kind: 'retry'; readonly at: Date; readonly degrade: boolean }
  | { readonly kind: 'undeliverable'; readonly reason: string };

/** What decides about the next attempt. */
export interface AttemptHistory {
  readonly answer: CallbackAnswer;
  /** Classes of the attempts before, oldest first; one that was never finished is `unknown`. */
  readonly earlier: readonly AnswerClass[];
  readonly now: Date;
  /** After this moment the caller no longer listens. */
  readonly deadline: Date;
  readonly span: Allowances;
  /** 0 ≤ random < 1. */
  readonly random: number;
  /** Whether what was sent holds nothing any more that could be left out. */
  readonly isShortened: boolean;
}

const SECOND = 1_000;
const BACKOFF_BASE_MS = 0.5 * SECOND;
const BACKOFF_CAP_MS = 20 * SECOND;

/** What follows from an answer: one row a case. */
export function nextStep(history: AttemptHistory): NextStep {
  const { answer, earlier, isShortened } = history;
  const kind = classify(answer);
  if (kind === 'delivered' || kind === 'conflict') return { kind: 'delivered', presumed: kind === 'conflict' };
  const times = earlier.filter((previous) => previous === kind).length;
  const again = (delayMs: number, degrade = false): NextStep => retryIn(delayMs, { ...history, kind, degrade });
  const atMost = (more: number, delayMs: number, degrade = false): NextStep =>
    times >= more ? giveUp(kind, answer) : again(delayMs, degrade);
  if (earlier.includes('unknown') && mayMeanOver(kind, answer)) return { kind: 'delivered', presumed: true };
  switch (kind) {
    case 'unauthorized':
      return atMost(1, 5 * SECOND);
    case 'not_found':
      return atMost(2, backoff(history));
    case 'ours':
      // An attempt that was overtaken by a newer one is known of, and what it would have shortened is not.
      return isShortened ? atMost(1, 0, true) : again(0, true);
    case 'redirect':
      return atMost(1, backoff(history));
    case 'throttled':
      return again(Math.max(backoff(history), retryAfter(answer)));
    case 'transient':
    case 'unknown':
      return again(backoff(history));
    case 'certificate':
      return again(30 * SECOND);
    case 'held':
      return again(SECOND);
    case 'forbidden':
      return giveUp(kind, answer);
    default:
      return assertNever(kind);
  }
}

/** Whether an answer may mean that the task result has its final answer already. 413 cannot: what is too large did not arrive. */
function mayMeanOver(kind: AnswerClass, answer: CallbackAnswer): boolean {
  if (kind === 'ours') return answer.kind === 'status' && answer.status === 422;
  return kind === 'unauthorized' || kind === 'not_found';
}

/** Full jitter: rand(0, min(20 s, 0.5 s · 2ⁿ)), n counted from the first attempt. */
function backoff({ earlier, random }: AttemptHistory): number {
  return random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(earlier.length + 1, 16));
}

/** When an attempt was to be made, and until when the caller listens. */
export interface PlannedAttempt {
  readonly dueAt: Date;
  readonly deadline: Date;
}

/**
 * Whether the attempt that is due is one of the two last ones, which are made even to a host that fails. Each is one
 * attempt: what became due after such a moment was planned by an attempt that started at it or later.
 */
export function isLastAttempt(
  { dueAt, deadline }: PlannedAttempt,
  now: Date,
  lastAttemptsMs: Allowances['lastAttemptsMs'],
): boolean {
  return lastAttemptsMs.some((ms) => {
    const moment = after(deadline, -ms);
    return now >= moment && dueAt <= moment;
  });
}

interface Retry extends AttemptHistory {
  readonly kind: RefusalClass;
  readonly degrade: boolean;
}

/** In `delayMs`, but never past one of the two last attempts, which are always made; past both, it is over. */
function retryIn(delayMs: number, { now, deadline, span, answer, kind, degrade }: Retry): NextStep {
  const wanted = after(now, delayMs).getTime();
  const lastAttempts = span.lastAttemptsMs.map((ms) => after(deadline, -ms).getTime());
  const clamp = lastAttempts.find((moment) => moment > now.getTime());
  const at = clamp === undefined ? wanted : Math.min(wanted, clamp);
  if (at >= deadline.getTime()) return giveUp(kind, answer);
  return { kind: 'retry', at: new Date(at), degrade };
}

function giveUp(refusal: RefusalClass, answer: CallbackAnswer): NextStep {
  return { kind: 'undeliverable', reason: undeliverableReason(refusal, answer) };
}

function retryAfter(answer: CallbackAnswer): number {
  return answer.kind === 'status' && answer.retryAfterMs !== null ? answer.retryAfterMs : 0;
}

/** The last answer in one sentence, for a person. */
export function describe(answer: CallbackAnswer): string {
  if (answer.kind === 'no_answer') return `Last attempt: ${answer.detail}.`;
  return `Last answer: HTTP ${answer.status}${answer.title === null ? '' : ` (${answer.title})`}.`;
}
