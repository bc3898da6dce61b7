import { seededRandom } from '../../testing/random.js';
import { after, allowances } from './deadline.js';
import {
  classify,
  describe as inWords,
  isLastAttempt,
  nextStep,
  type AnswerClass,
  type AttemptHistory,
  type CallbackAnswer,
  type NextStep,
} from './retry.js';

const NOON = new Date('2026-11-21T12:00:00.000Z');
const DEADLINE = after(NOON, 600_000);
const SECOND = 1_000;

function status(code: number, retryAfterMs: number | null = null, title: string | null = null): CallbackAnswer {
  return { kind: 'status', status: code, retryAfterMs, title };
}

function noAnswer(cause: Extract<CallbackAnswer, { kind: 'no_answer' }>['cause'], sent = false): CallbackAnswer {
  return { kind: 'no_answer', cause, sent, detail: `the connection ended: ${cause}` };
}

function step(changes: Partial<AttemptHistory>): NextStep {
  return nextStep({
    answer: status(503),
    earlier: [],
    now: NOON,
    deadline: DEADLINE,
    span: allowances('fixed'),
    random: 0.5,
    isShortened: true,
    ...changes,
  });
}

/** How long until the next attempt, milliseconds; null when there is none. */
function waitOf(changes: Partial<AttemptHistory>): number | null {
  const next = step(changes);
  return next.kind === 'retry' ? next.at.getTime() - (changes.now ?? NOON).getTime() : null;
}

describe('classify', () => {
  it.each<[CallbackAnswer, AnswerClass]>([
    ...[200, 201, 204, 299].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'delivered']),
    ...[300, 301, 302, 307, 308].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'redirect']),
    ...[401, 403].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'unauthorized']),
    ...[404, 410].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'not_found']),
    [status(409), 'conflict'],
    ...[408, 425, 429].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'throttled']),
    ...[400, 405, 413, 415, 422].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'ours']),
    ...[500, 502, 503, 504, 599].map((code): [CallbackAnswer, AnswerClass] => [status(code), 'transient']),
    [noAnswer('refused'), 'transient'],
    [noAnswer('dns'), 'transient'],
    [noAnswer('timeout'), 'transient'],
    [noAnswer('reset'), 'transient'],
    [noAnswer('timeout', true), 'unknown'],
    [noAnswer('reset', true), 'unknown'],
    [noAnswer('certificate'), 'certificate'],
    [noAnswer('forbidden'), 'forbidden'],
    [noAnswer('held'), 'held'],
  ])('takes %j for %s', (answer, expected) => {
    expect(classify(answer)).toBe(expected);
  });
});

describe('nextStep', () => {
  it.each([200, 204])('is done after %d', (code) => {
    expect(step({ answer: status(code) })).toEqual({ kind: 'delivered', presumed: false });
  });

  it('presumes after 409 that the caller has its answer', () => {
    expect(step({ answer: status(409) })).toEqual({ kind: 'delivered', presumed: true });
  });

  it.each([401, 404, 422])('presumes the same after %d once an attempt stayed without answer', (code) => {
    expect(step({ answer: status(code), earlier: ['transient', 'unknown', 'transient'] })).toEqual({
      kind: 'delivered',
      presumed: true,
    });
  });

  it('does not presume it after 413: what is too large cannot have arrived', () => {
    expect(step({ answer: status(413), earlier: ['unknown'] })).toEqual({ kind: 'retry', at: NOON, degrade: true });
  });

  it.each<[number, number, readonly AnswerClass[], RegExp]>([
    [401, 1, ['unauthorized'], /^Terraform refused the access token/],
    [404, 2, ['not_found', 'not_found'], /^Terraform does not know this task result/],
    [422, 1, ['ours'], /^Terraform refused the verdict, also without its findings/],
    [413, 1, ['ours'], /^Terraform refused the verdict, also without its findings/],
    [302, 1, ['redirect'], /answered with a redirect, which is never followed/],
  ])('after %d tries %d more times, then gives up', (code, tries, refused, reason) => {
    for (let made = 0; made < tries; made++) {
      expect(step({ answer: status(code), earlier: [...refused.slice(0, made), 'transient'] }).kind).toBe('retry');
    }
    const last = step({ answer: status(code, null, 'no'), earlier: ['transient', ...refused] });
    expect(last).toMatchObject({ kind: 'undeliverable', reason: expect.stringMatching(reason) as unknown });
    expect(last).toMatchObject({ reason: expect.stringContaining(`(HTTP ${code}: no).`) as unknown });
  });

  it('tries again 5 s after a 401', () => {
    expect(waitOf({ answer: status(401) })).toBe(5 * SECOND);
  });

  it('shortens what was refused at full length, though an attempt that was overtaken had been refused as well', () => {
    const refused = { answer: status(413), earlier: ['ours', 'transient'] as const };
    expect(step({ ...refused, isShortened: false })).toEqual({ kind: 'retry', at: NOON, degrade: true });
    expect(step({ ...refused, isShortened: true })).toMatchObject({ kind: 'undeliverable' });
  });

  it.each([413, 422, 400])('tries again at once and shortened after %d', (code) => {
    expect(step({ answer: status(code) })).toEqual({ kind: 'retry', at: NOON, degrade: true });
  });

  it('shortens for no other answer', () => {
    for (const answer of [status(401), status(404), status(429), status(500), status(302), noAnswer('certificate')]) {
      expect(step({ answer })).toMatchObject({ kind: 'retry', degrade: false });
    }
  });

  it('tries every 30 s while the certificate is wrong', () => {
    expect(waitOf({ answer: noAnswer('certificate'), earlier: Array<AnswerClass>(9).fill('certificate') })).toBe(
      30 * SECOND,
    );
  });

  it('gives up at once what our own rules forbid', () => {
    expect(step({ answer: noAnswer('forbidden') })).toEqual({
      kind: 'undeliverable',
      reason: expect.stringMatching(
        /^Rungate may not send to this address \(the connection ended: forbidden\)/,
      ) as unknown,
    });
  });

  it.each([status(500), noAnswer('refused'), noAnswer('timeout', true), status(429), status(404), status(302)])(
    'waits with full jitter after %j',
    (answer) => {
      for (let attempts = 0; attempts < 12; attempts++) {
        const earlier = Array<AnswerClass>(attempts).fill('transient');
        const bound = Math.min(20 * SECOND, 500 * 2 ** (attempts + 1));
        expect(waitOf({ answer, earlier, random: 0 })).toBe(0);
        expect(waitOf({ answer, earlier, random: 0.5 })).toBe(bound / 2);
        expect(waitOf({ answer, earlier, random: 0.999 })).toBeLessThan(bound);
      }
    },
  );

  it('counts far without overflowing', () => {
    expect(waitOf({ earlier: Array<AnswerClass>(5_000).fill('transient'), random: 0.999 })).toBeLessThan(20 * SECOND);
  });

  it('honours a Retry-After of 5 s', () => {
    expect(waitOf({ answer: status(429, 5 * SECOND), random: 0 })).toBe(5 * SECOND);
  });

  it('waits longer than Retry-After when its own backoff is longer', () => {
    const earlier = Array<AnswerClass>(10).fill('throttled');
    expect(waitOf({ answer: status(429, SECOND), earlier, random: 0.75 })).toBe(15 * SECOND);
  });

  it('honours a Retry-After of an hour only up to the last two attempts', () => {
    const answer = status(429, 3_600 * SECOND);
    expect(step({ answer })).toMatchObject({ at: after(DEADLINE, -30 * SECOND) });
    expect(step({ answer, now: after(DEADLINE, -30 * SECOND) })).toMatchObject({ at: after(DEADLINE, -10 * SECOND) });
    expect(step({ answer, now: after(DEADLINE, -10 * SECOND) })).toMatchObject({ kind: 'undeliverable' });
  });

  it('gives up when the next attempt would come at the deadline or later', () => {
    const now = after(DEADLINE, -5 * SECOND);
    expect(step({ answer: status(401), now })).toEqual({
      kind: 'undeliverable',
      reason: expect.stringMatching(/^Terraform refused the access token of the run \(HTTP 401\)/) as unknown,
    });
    expect(step({ answer: status(401), now: after(now, -1) })).toMatchObject({ kind: 'retry' });
    expect(step({ now: DEADLINE, random: 0 })).toMatchObject({ kind: 'undeliverable' });
  });

  it('scales the last two attempts', () => {
    const span = allowances('fixed', 0.01);
    expect(step({ answer: status(429, 3_600 * SECOND), span })).toMatchObject({ at: after(DEADLINE, -300) });
  });
});

describe('a callback whose host fails', () => {
  const FAILURES: readonly CallbackAnswer[] = [
    status(500),
    status(503, 90 * SECOND),
    status(429, 5 * SECOND),
    status(429, 3_600 * SECOND),
    noAnswer('refused'),
    noAnswer('dns'),
    noAnswer('reset', true),
    noAnswer('timeout', true),
    noAnswer('certificate'),
  ];

  /** Moments at which attempts start when each answer comes at once. */
  function attemptsUntilTheEnd(random: () => number, begin: Date): readonly number[] {
    const starts: number[] = [];
    const earlier: AnswerClass[] = [];
    for (let now = begin; ;) {
      starts.push(now.getTime());
      const answer = FAILURES[Math.floor(random() * FAILURES.length)] ?? status(500);
      const next = step({ answer, earlier: [...earlier], now, random: random() });
      if (next.kind !== 'retry') return starts;
      earlier.push(classify(answer));
      now = next.at.getTime() > now.getTime() ? next.at : after(now, 1);
    }
  }

  it('is tried 30 s and 10 s before the deadline, and never at it or later, whatever happens before', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const begin = after(NOON, Math.floor(random() * 569 * SECOND));
      const starts = attemptsUntilTheEnd(random, begin);
      expect(starts).toContain(DEADLINE.getTime() - 30 * SECOND);
      expect(starts).toContain(DEADLINE.getTime() - 10 * SECOND);
      expect(Math.max(...starts)).toBeLessThan(DEADLINE.getTime());
    }
  });
});

describe('isLastAttempt', () => {
  const last = (dueAtMs: number, nowMs: number): boolean =>
    isLastAttempt({ dueAt: after(DEADLINE, -dueAtMs), deadline: DEADLINE }, after(DEADLINE, -nowMs), [30_000, 10_000]);

  it.each([
    ['before both', 60_000, 30_001, false],
    ['at the first', 60_000, 30_000, true],
    ['late for the first', 60_000, 12_000, true],
    ['planned for the first to the millisecond', 30_000, 29_000, true],
    ['planned after the first', 29_999, 29_000, false],
    ['planned after the first, at the second', 29_999, 10_000, true],
    ['planned after both', 9_999, 9_000, false],
  ])('%s: due %d ms before the deadline, asked %d ms before it', (_name, dueAtMs, nowMs, expected) => {
    expect(last(dueAtMs, nowMs)).toBe(expected);
  });
});

describe('describe', () => {
  it.each([
    [status(503), 'Last answer: HTTP 503.'],
    [status(422, null, 'Invalid attributes'), 'Last answer: HTTP 422 (Invalid attributes).'],
    [noAnswer('dns'), 'Last attempt: the connection ended: dns.'],
  ])('puts %j in words', (answer, words) => {
    expect(inWords(answer)).toBe(words);
  });
});
