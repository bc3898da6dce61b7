import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assignment, CheckEnd } from '@rungate/run-task';
import type { Runner } from '@rungate/sandbox';
import { closingAfter, type Closing } from '../closing.js';
import { median, percentile } from '../figures.js';
import { nodeStartMs } from '../process.js';
import type { BenchContext, Measurement, Row } from '../row.js';
import { smallPlan } from '../small-plan.js';

const COLD_STARTS = 5;
const WARM_RUNS = 2_000;
const WARM_UP = 100;

/** A check over a small plan, masking included: in the first child of a new runner, and in children that are warm. */
export const checkRow: Measurement = { name: 'check', title: 'cold and warm check', measure };

async function measure({ database, scale, closing }: BenchContext): Promise<readonly Row[]> {
  const directory = mkdtempSync(path.join(database.directory, 'checks-'));
  const cold: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) cold.push(await timed(() => withRunner(closing, directory, (run) => run())));
  const warm = await withRunner(closing, directory, async (run) => {
    for (let i = 0; i < WARM_UP; i++) await run();
    const samples: number[] = [];
    for (let i = 0; i < WARM_RUNS * scale; i++) samples.push(await timed(run));
    return samples;
  });
  const baseline = { name: 'an empty Node process', figures: { 'start ms': median(await nodeStartMs(15)) } };
  return [
    { name: 'cold check: runner, child, masking, check', figures: { 'p50 ms': median(cold) }, baseline, targets: [] },
    {
      name: 'warm check: masking and check',
      figures: { 'p50 ms': median(warm), 'p99 ms': percentile(warm, 0.99) },
      baseline,
      targets: [],
    },
  ];
}

function withRunner<T>(outer: Closing, directory: string, work: (run: () => Promise<void>) => Promise<T>): Promise<T> {
  return closingAfter(outer, async (closing) => {
    // Loaded when it is used, as the other measurements of plans do.
    const { startRunner } = await import('@rungate/sandbox');
    const runner = startRunner({ poolSize: 1, directory });
    closing.defer(() => runner.close());
    const file = path.join(mkdtempSync(path.join(directory, 'plan-')), 'plan.json');
    return work(() => runOnce(runner, file));
  });
}

async function runOnce(runner: Runner, file: string): Promise<void> {
  const plan = smallPlan();
  writeFileSync(file, plan);
  const ends: CheckEnd[] = [];
  const assignment: Assignment = {
    organizationId: 'bench',
    taskResultId: 'bench',
    run: RUN,
    plan: { path: file, bytes: plan.length, dispose: () => Promise.resolve() },
    checks: [CHECK],
  };
  await runner.run(assignment, (end) => ends.push(end), new AbortController().signal);
  if (ends[0]?.kind !== 'reported') throw new Error(`The check gave no report: ${JSON.stringify(ends)}`);
}

const CHECK = {
  name: 'summary',
  use: 'plan-summary',
  stages: ['post_plan'],
  enforcement: 'advisory',
  timeoutSeconds: 60,
  config: {},
  failOn: 'high',
  onUnknown: 'warn',
  onError: 'fail',
} as const;

const RUN = {
  stage: 'post_plan',
  organizationName: 'bench',
  workspaceId: 'ws-bench',
  workspaceName: 'bench',
  workspaceWorkingDirectory: null,
  runId: 'run-bench',
  runMessage: null,
  runCreatedAt: null,
  runCreatedBy: null,
  isSpeculative: false,
  vcsBranch: null,
  vcsRepoUrl: null,
  vcsCommitUrl: null,
  vcsPullRequestUrl: null,
} as const;

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
