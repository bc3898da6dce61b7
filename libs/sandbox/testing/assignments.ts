import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assignment, Check, CheckEnd, CheckRunner, FetchedPlan, RunFacts } from '@rungate/run-task';

/** Facts of a run. */
export const RUN: RunFacts = {
  stage: 'post_plan',
  organizationName: 'acme',
  workspaceId: 'ws-1',
  workspaceName: 'network',
  workspaceWorkingDirectory: null,
  runId: 'run-1',
  runMessage: null,
  runCreatedAt: null,
  runCreatedBy: null,
  isSpeculative: false,
  vcsBranch: null,
  vcsRepoUrl: null,
  vcsCommitUrl: null,
  vcsPullRequestUrl: null,
};

/** A check named after its plugin. */
export function check(use: string, members: Partial<Check> = {}): Check {
  return {
    name: use,
    use,
    stages: ['post_plan'],
    enforcement: 'mandatory',
    timeoutSeconds: 20,
    config: {},
    failOn: 'high',
    onUnknown: 'warn',
    onError: 'fail',
    ...members,
  };
}

/** Plugins for tests: one that misbehaves as it is told, one that does not. */
export const PLUGINS = path.resolve(__dirname, 'fixtures/plugins');

/** A check that has the hostile plugin do something. */
export function attack(name: string, config: Check['config'] = {}, members: Partial<Check> = {}): Check {
  return check('hostile', { name, config: { ...config, attack: name }, ...members });
}

/** A plan as it was fetched: text, or a value to write as JSON. */
export function fetchedPlan(directory: string, content: unknown): FetchedPlan {
  const file = path.join(directory, `plan-${randomUUID()}.json`);
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(file, text, { mode: 0o600 });
  return {
    path: file,
    bytes: Buffer.byteLength(text),
    dispose: () => {
      rmSync(file, { force: true });
      return Promise.resolve();
    },
  };
}

/** What is unusual about an assignment. */
export interface AssignmentOptions {
  readonly plan?: FetchedPlan | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly run?: Partial<RunFacts> | undefined;
  /** Called for each end as it comes. */
  readonly ended?: ((end: CheckEnd) => void) | undefined;
  /** Is given the masked plan, if it is. */
  readonly masked?: Assignment['masked'];
}

/** Runs checks as one assignment, and resolves with how they ended. */
export async function runAssignment(runner: CheckRunner, checks: readonly Check[], options: AssignmentOptions = {}) {
  const ends: CheckEnd[] = [];
  const assignment: Assignment = {
    organizationId: 'org-1',
    taskResultId: 'tr-1',
    run: { ...RUN, ...options.run },
    plan: options.plan ?? null,
    checks,
    ...(options.masked === undefined ? {} : { masked: options.masked }),
  };
  const signal = options.signal ?? new AbortController().signal;
  await runner.run(
    assignment,
    (end) => {
      ends.push(end);
      options.ended?.(end);
    },
    signal,
  );
  return ends;
}

/** How an end reads in one line. */
export function told(end: CheckEnd | undefined): string {
  if (end === undefined) return 'nothing';
  if (end.kind === 'reported') return `reported ${end.report.summary}`;
  return end.kind === 'errored' ? `${end.reason} ${end.detail}` : `not applied: ${end.detail}`;
}
