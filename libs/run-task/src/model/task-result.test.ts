import { RunTaskError } from '../errors.js';
import {
  TASK_RESULT_STATES,
  isDecided,
  transition,
  type TaskResult,
  type TaskResultEvent,
  type TaskResultEventKind,
  type TaskResultState,
} from './task-result.js';

const SOON = new Date('2026-11-21T12:00:10.000Z');

const STATES: Readonly<Record<TaskResultState, TaskResult>> = {
  accepted: { state: 'accepted', epoch: 3 },
  evaluating: { state: 'evaluating', epoch: 3, leaseUntil: SOON },
  waiting: { state: 'waiting', epoch: 3 },
  decided: { state: 'decided', epoch: 3, verdict: 'failed' },
  delivered: { state: 'delivered', epoch: 3, verdict: 'failed', presumed: false },
  undeliverable: { state: 'undeliverable', epoch: 3, verdict: 'failed', reason: 'gone' },
};

const EVENTS: Readonly<Record<TaskResultEventKind, TaskResultEvent>> = {
  claim: { kind: 'claim', leaseUntil: SOON },
  release: { kind: 'release' },
  wait: { kind: 'wait', epoch: 3 },
  decide: { kind: 'decide', epoch: 3, verdict: 'passed' },
  deliver: { kind: 'deliver', presumed: true },
  give_up: { kind: 'give_up', reason: 'too late' },
  resend: { kind: 'resend' },
};

const claimed: TaskResult = { state: 'evaluating', epoch: 4, leaseUntil: SOON };
const passed: TaskResult = { state: 'decided', epoch: 3, verdict: 'passed' };
const delivered: TaskResult = { state: 'delivered', epoch: 3, verdict: 'failed', presumed: true };
const givenUp: TaskResult = { state: 'undeliverable', epoch: 3, verdict: 'failed', reason: 'too late' };

type Next = TaskResult | 'same' | 'refused';

/** What every event does in every state. */
const TABLE: Readonly<Record<TaskResultState, Readonly<Record<TaskResultEventKind, Next>>>> = {
  accepted: {
    claim: claimed,
    release: 'same',
    wait: 'refused',
    decide: 'refused',
    deliver: 'refused',
    give_up: 'refused',
    resend: 'refused',
  },
  evaluating: {
    claim: claimed,
    release: { state: 'accepted', epoch: 3 },
    wait: { state: 'waiting', epoch: 3 },
    decide: passed,
    deliver: 'refused',
    give_up: 'refused',
    resend: 'refused',
  },
  waiting: {
    claim: claimed,
    release: 'same',
    wait: 'refused',
    decide: 'refused',
    deliver: 'refused',
    give_up: 'refused',
    resend: 'refused',
  },
  decided: {
    claim: 'same',
    release: 'same',
    wait: 'same',
    decide: 'same',
    deliver: delivered,
    give_up: givenUp,
    resend: 'same',
  },
  delivered: {
    claim: 'same',
    release: 'same',
    wait: 'same',
    decide: 'same',
    deliver: 'same',
    give_up: 'same',
    resend: 'same',
  },
  undeliverable: {
    claim: 'same',
    release: 'same',
    wait: 'same',
    decide: 'same',
    deliver: 'same',
    give_up: 'same',
    resend: { state: 'decided', epoch: 3, verdict: 'failed' },
  },
};

const cases = Object.values(STATES).flatMap((before) =>
  Object.values(EVENTS).map((event) => ({ before, event, next: TABLE[before.state][event.kind] })),
);

describe('transition', () => {
  it('is spelled out for every state', () => {
    expect(Object.keys(TABLE)).toEqual(TASK_RESULT_STATES);
    expect(cases).toHaveLength(42);
  });

  it.each(cases.filter(({ next }) => next === 'refused'))(
    'refuses $event.kind when $before.state',
    ({ before, event }) => {
      expect(() => transition(before, event)).toThrow(
        new RunTaskError('bad_transition', `a task result that is ${before.state} cannot ${event.kind}`),
      );
    },
  );

  it.each(cases.filter(({ next }) => next === 'same'))(
    'ignores $event.kind when $before.state',
    ({ before, event }) => {
      expect(transition(before, event)).toBe(before);
    },
  );

  it.each(cases.filter(({ next }) => typeof next === 'object'))(
    'goes from $before.state by $event.kind to $next.state',
    ({ before, event, next }) => {
      expect(transition(before, event)).toEqual(next);
    },
  );

  it.each(Object.values(STATES))('ignores what was made under an older lease when $state', (before) => {
    expect(transition(before, { kind: 'decide', epoch: 2, verdict: 'passed' })).toBe(before);
    expect(transition(before, { kind: 'wait', epoch: 2 })).toBe(before);
  });

  it('closes its union', () => {
    const unknown = { kind: 'explode' } as unknown as TaskResultEvent;
    expect(() => transition(STATES.accepted, unknown)).toThrow('unexpected value: {"kind":"explode"}');
  });
});

describe('isDecided', () => {
  it('is true once there is a verdict', () => {
    expect(TASK_RESULT_STATES.filter((state) => isDecided(STATES[state]))).toEqual([
      'decided',
      'delivered',
      'undeliverable',
    ]);
  });
});
