import type { RecordedHistory, SeenRun, StoredTaskResult } from './history.js';
import { INVARIANTS, violationsOf, type Invariant } from './invariants.js';

const DEADLINE = 600_000;

const RUN: SeenRun = {
  taskResultId: 'taskrs-1',
  organization: 'acme',
  marker: 'marker-of-acme',
  accepted: true,
  canceled: false,
  deadline: DEADLINE,
  callbacks: [
    { at: 15_000, status: 'running', body: 'marker-of-acme', applied: true },
    { at: 20_000, status: 'passed', body: 'marker-of-acme', applied: true },
  ],
};

const OTHER: SeenRun = {
  ...RUN,
  taskResultId: 'taskrs-2',
  organization: 'globex',
  marker: 'marker-of-globex',
  callbacks: [],
};

const ROW: StoredTaskResult = {
  taskResultId: 'taskrs-1',
  organization: 'acme',
  bodyHash: 'aa',
  state: 'delivered',
  verdict: 'passed',
  receivedAt: 0,
  startedAt: 10,
  hasGrant: false,
  text: 'marker-of-acme',
};

const GOOD: RecordedHistory = {
  answered: [{ taskResultId: 'taskrs-1', status: 200, bodyHash: 'aa' }],
  runs: [RUN],
  rows: [ROW],
  hostOutages: [],
  platformOutages: [],
  reachableBeforeMs: 30_000,
  violations: [],
  secrets: ['canary'],
  writings: [{ where: 'the log', text: 'claimed' }],
  quiet: { organizations: ['acme'], withinMs: 100 },
};

const callback = (status: string, at = 21_000) => ({ at, status, body: '', applied: false });
const runWith = (...callbacks: SeenRun['callbacks']): SeenRun => ({
  ...RUN,
  callbacks: [...RUN.callbacks, ...callbacks],
});

it('finds nothing in a history in which all went well', () => {
  expect(violationsOf(GOOD)).toEqual([]);
});

it.each<[Invariant, string, Partial<RecordedHistory>]>([
  ['I1', 'an answered 200 that is nowhere', { rows: [] }],
  ['I1', 'one that is stored twice', { rows: [ROW, ROW] }],
  ['I1', 'one that is stored with another body', { rows: [{ ...ROW, bodyHash: 'bb' }] }],
  ['I2', 'work that nobody ended', { rows: [{ ...ROW, state: 'evaluating' }] }],
  ['I2', 'an access token that was kept', { rows: [{ ...ROW, hasGrant: true }] }],
  ['I3', 'a run that was never called back', { runs: [{ ...RUN, callbacks: [] }] }],
  ['I3', 'a verdict after the deadline', { runs: [{ ...RUN, callbacks: [callback('passed', DEADLINE + 1)] }] }],
  [
    'I3',
    'a host that was back more than 30 s before the deadline',
    { runs: [{ ...RUN, callbacks: [] }], hostOutages: [{ from: 0, to: DEADLINE - 30_001 }] },
  ],
  ['I4', 'two verdicts', { runs: [runWith(callback('failed'))] }],
  ['I4', 'a verdict that is not the stored one', { rows: [{ ...ROW, verdict: 'failed' }] }],
  [
    'I5',
    'a token on the address of another run',
    { violations: [{ code: 'token_of_another_run', taskResultId: null }] },
  ],
  ['I5', 'a task result under another organization', { rows: [{ ...ROW, organization: 'globex', text: '' }] }],
  ['I5', "another's data in a row", { runs: [RUN, OTHER], rows: [{ ...ROW, text: 'marker-of-globex' }] }],
  [
    'I5',
    "another's data in a callback",
    { runs: [runWith({ ...callback('passed'), body: 'marker-of-globex' }), OTHER] },
  ],
  ['I6', 'a secret in a log', { writings: [{ where: 'the log', text: 'Bearer canary' }] }],
  ['I7', 'progress after the verdict', { runs: [runWith(callback('running'))] }],
  [
    'I7',
    'the same as the simulator notes it',
    { violations: [{ code: 'progress_after_final', taskResultId: 'taskrs-1' }] },
  ],
  ['I8', 'a quiet organization that waits too long', { rows: [{ ...ROW, startedAt: 101 }] }],
  ['I8', 'one that never started', { rows: [{ ...ROW, startedAt: null }] }],
  ['I8', 'nobody who was to be quiet', { quiet: { organizations: ['initech'], withinMs: 100 } }],
])('%s finds %s', (invariant, _planted, planted) => {
  const found = violationsOf({ ...GOOD, ...planted });
  expect(found.map((violation) => violation.invariant)).toContain(invariant);
});

it.each<[string, Partial<RecordedHistory>]>([
  ['its host was away in the last 30 s', { hostOutages: [{ from: DEADLINE - 29_000, to: DEADLINE - 28_000 }] }],
  ['every worker was away in the last seconds', { platformOutages: [{ from: DEADLINE - 5_000, to: DEADLINE + 1 }] }],
  ['it was canceled', { runs: [{ ...RUN, callbacks: [], canceled: true }] }],
  ['its request was not accepted', { runs: [{ ...RUN, callbacks: [], accepted: false }] }],
])('I3 excuses a run that was never called back when %s', (_case, excuse) => {
  expect(violationsOf({ ...GOOD, runs: [{ ...RUN, callbacks: [] }], ...excuse })).toEqual([]);
});

it('names every invariant', () => {
  expect(Object.keys(INVARIANTS)).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8']);
});
