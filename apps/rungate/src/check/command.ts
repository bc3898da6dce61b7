import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TaskResultDetailBody } from '@rungate/contract';
import { plainText, type CheckResult, type RunFacts, type Stage, type WhenFacts } from '@rungate/run-task';
import { printJson } from '../cli/print-json.js';
import { readChecksFile } from './checks-file.js';
import { CheckError } from './errors.js';
import { judgePlan, type JudgedPlan } from './judge-plan.js';
import { copyPlan } from './plan-file.js';
import { Progress } from './progress.js';
import { report } from './table.js';

/** What `rungate check` is asked for. */
export interface CheckOptions {
  /** A file, or `-`. */
  readonly plan: string;
  readonly checks: string;
  readonly stage: Stage;
  readonly json: boolean;
  readonly organization: string;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
  readonly branch?: string | undefined;
  readonly speculative: boolean;
}

/** Exit statuses: a verdict, or none. */
const EXIT = { passed: 0, failed: 1, error: 2, stopped: 130 } as const;

/** `rungate check`: judges a plan in a file as a run task would, without a server. Resolves with the exit status. */
export async function runCheck(options: CheckOptions): Promise<number> {
  const stopped = new AbortController();
  const stop = (): void => {
    // Whoever asks twice does not want to wait; files are removed on exit.
    if (stopped.signal.aborted) process.exit(EXIT.stopped);
    stopped.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  outliveReaders();
  const progress = new Progress(process.stderr);
  try {
    const judged = await judgeFile(options, progress, stopped.signal);
    progress.end();
    if (stopped.signal.aborted) throw new CheckError('stopped', 'Stopped before there was a verdict.');
    return answer(judged, options);
  } catch (cause) {
    progress.end();
    if (!(cause instanceof CheckError)) throw cause;
    return refuse(cause, options);
  }
}

/** A reader may go away before the end, as `head` does: the verdict stands. An answer that cannot be written is none. */
function outliveReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`rungate check: Cannot write the answer: ${error.message}\n`);
    process.exitCode = EXIT.error;
  });
  // There is nowhere left to say so.
  process.stderr.on('error', () => undefined);
}

async function judgeFile(options: CheckOptions, progress: Progress, signal: AbortSignal): Promise<JudgedPlan> {
  const checks = readChecksFile(options.checks).filter(({ stages }) => stages.includes(options.stage));
  const directory = mkdtempSync(path.join(tmpdir(), 'rungate-check-'));
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  process.on('exit', remove);
  try {
    const copied = await copyPlan({
      plan: options.plan,
      directory,
      signal,
      progress: (bytes) => {
        progress.say(`Reading the plan: ${Math.round(bytes / 1e6)} MB`);
      },
    });
    const say = (done: number): void => {
      progress.say(`Judging: ${done} of ${checks.length} checks done`);
    };
    say(0);
    const plan = { ...copied, dispose: () => Promise.resolve() };
    return await judgePlan({ run: factsOf(options), known: knownOf(options), checks, plan, signal, progress: say });
  } finally {
    remove();
  }
}

/** What checks learn of the run: what the options say, and nothing else. */
function factsOf({ stage, organization, workspace, branch, speculative }: CheckOptions): RunFacts {
  return {
    stage,
    organizationName: organization,
    workspaceId: 'local',
    workspaceName: workspace ?? 'local',
    workspaceWorkingDirectory: null,
    runId: 'local',
    runMessage: null,
    runCreatedAt: null,
    runCreatedBy: null,
    isSpeculative: speculative,
    vcsBranch: branch ?? null,
    vcsRepoUrl: null,
    vcsCommitUrl: null,
    vcsPullRequestUrl: null,
  };
}

function knownOf({ workspace = '', project, branch, speculative }: CheckOptions): WhenFacts {
  return {
    workspace_name: workspace,
    project_name: project ?? null,
    vcs_branch: branch ?? null,
    is_speculative: speculative,
  };
}

function answer(judged: JudgedPlan, { json }: CheckOptions): number {
  const { verdict, message, results, callback, refusal } = judged;
  if (refusal !== null) {
    process.stderr.write(`rungate check: ${plainText(refusal)}\n`);
    if (json) printJson({ verdict: 'error', error: refusal, checks: results.map(presentCheck) });
    return EXIT.error;
  }
  if (json) printJson({ verdict, message, checks: results.map(presentCheck), callback });
  else process.stdout.write(report(judged, styleOf(process.stdout)));
  return EXIT[verdict];
}

/** A check as the management API shows it, and the numbers that it counted. */
function presentCheck(result: CheckResult): TaskResultDetailBody['checks'][number] & Pick<CheckResult, 'facts'> {
  const { name, use, enforcement, status, message, durationMs, isolation, log, findings, facts } = result;
  const outcomes = findings.map(({ address = null, remediation = null, docsUrl = null, ...finding }) => {
    const { rule, severity, certainty, message: text } = finding;
    return { rule, severity, certainty, address, message: text, remediation, docsUrl };
  });
  return { name, use, enforcement, status, message, durationMs, isolation, log, outcomes, facts };
}

function refuse({ code, message }: CheckError, { json }: CheckOptions): number {
  process.stderr.write(`rungate check: ${message}\n`);
  if (json) printJson({ verdict: 'error', error: message, checks: [] });
  return code === 'stopped' ? EXIT.stopped : EXIT.error;
}

function styleOf(out: NodeJS.WriteStream): { readonly width: number; readonly colour: boolean } {
  return { width: out.isTTY ? out.columns : 120, colour: out.isTTY && out.hasColors() };
}
