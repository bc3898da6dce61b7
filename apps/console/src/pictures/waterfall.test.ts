import type { TaskResultDetailBody } from '@rungate/contract';
import { waterfallOf } from './waterfall.js';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, 0, ms)).toISOString();
const check = (name: string, status: 'passed' | 'failed' | 'skipped', durationMs: number) => ({
  ...{ name, status, durationMs, use: 'rules', enforcement: 'mandatory' as const, message: '', isolation: null },
  ...{ log: [], outcomes: [] },
});

const taskResult: TaskResultDetailBody = {
  id: '01943c5f-02b4-7d11-8a6e-91c3d5e7f204',
  organization: 'acme',
  runTask: 'guard',
  taskResultId: 'taskrs-1',
  runId: 'run-1',
  workspaceName: 'network',
  stage: 'post_plan',
  enforcementLevel: 'mandatory',
  state: 'delivered',
  verdict: 'failed',
  message: null,
  reason: null,
  receivedAt: at(0),
  progressBy: at(600_000),
  finalBy: at(3_600_000),
  decidedAt: at(1_000),
  deliveredAt: at(2_000),
  purgedAt: null,
  runUrl: null,
  workspaceId: 'ws-1',
  startedAt: at(200),
  input: { state: 'none', keptUntil: null },
  hmacKeyFingerprint: '3f9a1c07',
  checks: [check('guard', 'failed', 600), check('summary', 'passed', 100)],
  deliveries: [
    {
      kind: 'final',
      state: 'delivered',
      attempts: [{ at: at(1_500), status: 200, error: null, answer: null, durationMs: 500 }],
    },
  ],
  timeline: [
    { at: at(0), event: 'received' },
    { at: at(200), event: 'evaluation started' },
    { at: at(1_000), event: 'check guard: failed' },
    { at: at(900), event: 'check summary: passed' },
  ],
};

const rowsOf = (changes: Partial<TaskResultDetailBody> = {}, now = at(9_000)) =>
  waterfallOf({ ...taskResult, ...changes }, new Date(now)).rows.map(({ label, tone, startMs, durationMs }) => [
    label,
    tone,
    startMs,
    durationMs,
  ]);

describe('the waterfall of a task result', () => {
  it('has the wait, each check by when it ended and what it took, and each attempt', () => {
    expect(rowsOf()).toEqual([
      ['waited', 'quiet', 0, 200],
      ['plan prepared', 'work', 200, 200],
      ['guard', 'bad', 400, 600],
      ['summary', 'good', 800, 100],
      ['verdict #1 → HTTP 200', 'work', 1_500, 500],
    ]);
  });

  it('fills its width from the arrival to the last end', () => {
    const { totalMs, rows } = waterfallOf(taskResult, new Date(at(9_000)));
    expect(totalMs).toBe(2_000);
    expect(rows.at(-1)).toMatchObject({ left: 0.75, width: 0.25 });
  });

  it('grows while something is in flight', () => {
    expect(rowsOf({ timeline: [], checks: [], deliveries: [], decidedAt: null }, at(3_000))).toEqual([
      ['waiting', 'quiet', 0, 3_000],
    ]);
  });

  it('shows an attempt that nobody took as such', () => {
    const attempts = [{ at: at(1_500), status: 503, error: null, answer: null, durationMs: 100 }];
    expect(rowsOf({ deliveries: [{ kind: 'progress', state: 'due', attempts }] })).toContainEqual([
      'progress #1 → HTTP 503',
      'bad',
      1_500,
      100,
    ]);
  });

  it('never leaves its frame, though clocks differ', () => {
    const checks = [check('guard', 'failed', 5_000)];
    const { rows } = waterfallOf({ ...taskResult, checks }, new Date(at(9_000)));
    for (const { left, width } of rows) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(1);
    }
  });

  it('has a few round numbers on its axis', () => {
    expect(waterfallOf(taskResult, new Date(at(9_000))).ticks).toEqual([0, 500, 1_000, 1_500, 2_000]);
  });
});
