import type { RunOptions } from '@rungate/terraform-simulator';
import type { DemoRunTask } from './set-up.js';

/** One run of a workspace, and what must become of it. */
export interface Scenario {
  readonly title: string;
  readonly runTask: DemoRunTask;
  readonly run: Partial<RunOptions>;
  /** Sent once more with identical bytes. */
  readonly duplicate?: true;
  readonly expected: {
    readonly verdict: 'passed' | 'failed';
    /** The attempt at which the final callback was taken; 1 unless given. */
    readonly attempt?: number;
    /** The callback's message must hold this. */
    readonly message: string;
  };
}

/** What `rungate demo` shows: all of them run at once. */
export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'new resources pass',
    runTask: 'guardrails',
    run: { workspaceName: 'network', plan: 'create' },
    expected: { verdict: 'passed', message: 'Passed' },
  },
  {
    title: 'a replaced database is blocked',
    runTask: 'guardrails',
    run: { workspaceName: 'database', plan: 'replace' },
    expected: { verdict: 'failed', message: 'Blocked' },
  },
  {
    title: 'the same as advice: shown, not blocked',
    runTask: 'advice',
    run: { workspaceName: 'database', plan: 'replace', enforcement: 'advisory' },
    expected: { verdict: 'passed', message: 'worth a look' },
  },
  {
    title: 'before the plan',
    runTask: 'guardrails',
    run: { workspaceName: 'network', stage: 'pre_plan', plan: null },
    expected: { verdict: 'passed', message: 'no check is configured for pre_plan' },
  },
  {
    title: 'after the apply',
    runTask: 'guardrails',
    run: { workspaceName: 'network', stage: 'post_apply', plan: 'create' },
    expected: { verdict: 'passed', message: 'no check is configured for post_apply' },
  },
  {
    title: 'the callback host fails twice',
    runTask: 'guardrails',
    run: { workspaceName: 'flaky', plan: 'create', faults: { verdict: [{ status: 503 }, { reset: true }] } },
    expected: { verdict: 'passed', message: 'Passed', attempt: 3 },
  },
  {
    title: 'the request arrives twice',
    runTask: 'guardrails',
    run: { workspaceName: 'twice', plan: 'update' },
    duplicate: true,
    expected: { verdict: 'passed', message: 'Passed' },
  },
  {
    title: 'the plan download hangs',
    runTask: 'old-tfe',
    run: {
      workspaceName: 'hanging',
      plan: 'create',
      deadlineProfile: 'fixed',
      faults: { archivist: [{ hang: true }] },
    },
    expected: { verdict: 'failed', message: 'no result in time' },
  },
];
