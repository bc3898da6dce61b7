import {
  callbackDocument,
  judge,
  outcomesOf,
  SEVERITIES,
  verdictOf,
  type Check,
  type CheckEnd,
  type CheckResult,
  type Finding,
} from '@rungate/run-task';
import { aCheck, aFinding, HOSTILE_TEXTS, reported, seededRandom } from '@rungate/run-task/testing';
import { readCallback } from './callback-rules.js';

type Random = () => number;

const BIG = 1_000_000;
const TEXTS = [
  ...HOSTILE_TEXTS,
  '',
  ' ',
  '\n'.repeat(BIG),
  'x'.repeat(BIG),
  '`'.repeat(BIG),
  '&<>'.repeat(BIG / 4),
  '\uD83D'.repeat(BIG),
  '\u202E\u0000'.repeat(BIG / 2),
  '😀'.repeat(BIG / 2),
];

/** The body that would be sent, read back as the caller reads it. */
function send(checks: readonly Check[], ends: readonly CheckEnd[]): ReturnType<typeof readCallback> {
  const results = checks.flatMap((check, index): CheckResult[] => {
    const end = ends[index];
    return end === undefined ? [] : [judge(check, end)];
  });
  const { verdict: status, message } = verdictOf('post_plan', results);
  const body = JSON.stringify(callbackDocument({ status, message, outcomes: outcomesOf(results, checks) }));
  return readCallback(JSON.parse(body));
}

function pick<T>(random: Random, choices: readonly T[], otherwise: T): T {
  return choices[Math.floor(random() * choices.length)] ?? otherwise;
}

function aRandomFinding(random: Random): Finding {
  const text = (): string => pick(random, TEXTS, '');
  const maybe = (): string | undefined => (random() < 0.5 ? text() : undefined);
  return {
    rule: text(),
    severity: pick(random, SEVERITIES, 'high'),
    address: maybe(),
    message: text(),
    remediation: maybe(),
    docsUrl: maybe(),
    certainty: random() < 0.7 ? 'violation' : 'unknown',
  };
}

function aRandomEnd(random: Random, check: string): CheckEnd {
  if (random() < 0.2)
    return {
      kind: 'errored',
      check,
      reason: 'threw',
      detail: pick(random, TEXTS, ''),
      durationMs: 1,
      isolation: null,
      log: [],
    };
  const count = Math.floor(random() ** 4 * 400);
  const findings = Array.from({ length: count }, () => aRandomFinding(random));
  return reported(check, findings, pick(random, TEXTS, ''));
}

describe('a callback of ours', () => {
  it.each([0, 1, 2, 249, 250, 251, 5_000])('keeps every published limit with %d findings', (count) => {
    const findings = Array.from({ length: count }, (_, index) => aFinding({ address: `aws_s3_bucket.b[${index}]` }));
    const reading = send([aCheck()], [reported('guard', findings)]);
    expect(reading).toMatchObject({ valid: true });
    const outcomes = reading.valid ? reading.document.data.relationships?.outcomes.data : [];
    expect(outcomes).toHaveLength(Math.min(250, Math.max(1, count)));
  });

  it('keeps them with whatever plugins report: 60 random runs of up to 20 checks', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const checks = Array.from({ length: 1 + Math.floor(random() * 20) }, (_, index) =>
        aCheck({
          name: `c${index}${'x'.repeat(Math.floor(random() * 200))}`,
          enforcement: pick(random, ['mandatory', 'advisory', 'shadow'], 'mandatory'),
          failOn: pick(random, SEVERITIES, 'high'),
          onUnknown: pick(random, ['warn', 'fail'], 'warn'),
          onError: pick(random, ['fail', 'skip'], 'fail'),
        }),
      );
      const reading = send(
        checks,
        checks.map(({ name }) => aRandomEnd(random, name)),
      );
      expect({ seed, problems: reading.valid ? [] : reading.problems }).toEqual({ seed, problems: [] });
    }
  });
});
