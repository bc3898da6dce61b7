import { RunTaskError, assertNever } from '../errors.js';
import type { Verdict } from './verdict.js';

/**
 * Life of a task result: accepted → evaluating → (waiting ⇄ evaluating) → decided → delivered | undeliverable; from the last
 * one back to decided, when a person sends it again.
 */
export type TaskResult =
  | { readonly state: 'accepted'; readonly epoch: number }
  | { readonly state: 'evaluating'; readonly epoch: number; readonly leaseUntil: Date }
  | { readonly state: 'waiting'; readonly epoch: number }
  | { readonly state: 'decided'; readonly epoch: number; readonly verdict: Verdict }
  | { readonly state: 'delivered'; readonly epoch: number; readonly verdict: Verdict; readonly presumed: boolean }
  | { readonly state: 'undeliverable'; readonly epoch: number; readonly verdict: Verdict; readonly reason: string };

/** Name of a state in the life of a task result. */
export type TaskResultState = TaskResult['state'];

/** Every state, in the order of a life. */
export const TASK_RESULT_STATES: readonly TaskResultState[] = [
  'accepted',
  'evaluating',
  'waiting',
  'decided',
  'delivered',
  'undeliverable',
];

/** What can happen to a task result. The keeper claims too, before it decides for whoever is late. A `wait` and a `decide` carry the epoch of the lease they were made under. */
export type TaskResultEvent =
  | { readonly kind: 'claim'; readonly leaseUntil: Date }
  | { readonly kind: 'release' }
  | { readonly kind: 'wait'; readonly epoch: number }
  | { readonly kind: 'decide'; readonly epoch: number; readonly verdict: Verdict }
  | { readonly kind: 'deliver'; readonly presumed: boolean }
  | { readonly kind: 'give_up'; readonly reason: string }
  /** A person wants it sent again, before its deadline. */
  | { readonly kind: 'resend' };

/** Name of something that can happen to a task result. */
export type TaskResultEventKind = TaskResultEvent['kind'];

/**
 * The next state, or the same object when the event comes too late to change anything (an old epoch, a second verdict).
 * @throws RunTaskError `bad_transition` for an event that cannot happen in this state.
 */
export function transition(taskResult: TaskResult, event: TaskResultEvent): TaskResult {
  switch (event.kind) {
    case 'claim':
      return claim(taskResult, event.leaseUntil);
    case 'release':
      return taskResult.state === 'evaluating' ? { state: 'accepted', epoch: taskResult.epoch } : taskResult;
    case 'wait':
    case 'decide':
      return underLease(taskResult, event);
    case 'deliver':
    case 'give_up':
      return end(taskResult, event);
    case 'resend':
      return resend(taskResult);
    default:
      return assertNever(event);
  }
}

/** Whether a verdict is written: from then on checks cannot change it. */
export function isDecided(
  taskResult: TaskResult,
): taskResult is Extract<TaskResult, { state: 'decided' | 'delivered' | 'undeliverable' }> {
  return taskResult.state === 'decided' || taskResult.state === 'delivered' || taskResult.state === 'undeliverable';
}

function claim(taskResult: TaskResult, leaseUntil: Date): TaskResult {
  if (isDecided(taskResult)) return taskResult;
  return { state: 'evaluating', epoch: taskResult.epoch + 1, leaseUntil };
}

function underLease(taskResult: TaskResult, event: Extract<TaskResultEvent, { kind: 'wait' | 'decide' }>): TaskResult {
  const { epoch } = taskResult;
  if (isDecided(taskResult) || epoch !== event.epoch) return taskResult;
  if (taskResult.state !== 'evaluating') return refuse(taskResult, event);
  return event.kind === 'wait' ? { state: 'waiting', epoch } : decided(epoch, event.verdict);
}

function end(taskResult: TaskResult, event: Extract<TaskResultEvent, { kind: 'deliver' | 'give_up' }>): TaskResult {
  if (taskResult.state === 'delivered' || taskResult.state === 'undeliverable') return taskResult;
  if (taskResult.state !== 'decided') return refuse(taskResult, event);
  const { epoch, verdict } = taskResult;
  return event.kind === 'deliver'
    ? { state: 'delivered', epoch, verdict, presumed: event.presumed }
    : { state: 'undeliverable', epoch, verdict, reason: event.reason };
}

function resend(taskResult: TaskResult): TaskResult {
  if (!isDecided(taskResult)) return refuse(taskResult, { kind: 'resend' });
  return taskResult.state === 'undeliverable' ? decided(taskResult.epoch, taskResult.verdict) : taskResult;
}

function decided(epoch: number, verdict: Verdict): TaskResult {
  return { state: 'decided', epoch, verdict };
}

function refuse(taskResult: TaskResult, event: TaskResultEvent): never {
  throw new RunTaskError('bad_transition', `a task result that is ${taskResult.state} cannot ${event.kind}`);
}
