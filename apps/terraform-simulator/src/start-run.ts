import { deliver } from './delivery.js';
import { fixturePlan } from './fixtures.js';
import { loopbackUrl } from './hook-client.js';
import { runBody } from './request-body.js';
import type { RunOptions } from './run-options.js';
import { DEFAULT_ORGANIZATION, DEFAULT_WORKSPACE, Run } from './run.js';
import type { SimulatorState } from './state.js';

/** Makes a run and sends its request until the hook takes it. */
export async function startRun(
  state: SimulatorState,
  options: RunOptions,
): Promise<{ readonly run: Run; readonly accepted: boolean }> {
  loopbackUrl(options.hookUrl);
  const plan = typeof options.plan === 'string' ? fixturePlan(options.plan) : (options.plan ?? null);
  const run = new Run({ options, plan, clock: state.clock, violations: state.violations });
  run.body = bodyOf(run, state.origin);
  state.add(run);
  return { run, accepted: await deliver(run, state.stopped) };
}

function bodyOf(run: Run, origin: string): Buffer {
  const { options } = run.parts;
  return runBody({
    origin,
    stage: run.stage,
    accessToken: run.accessToken,
    callbackId: run.callbackId,
    taskResultId: run.taskResultId,
    runId: run.runId,
    planId: run.planId,
    configurationVersionId: run.configurationVersionId,
    createdAt: run.createdAt,
    hasConfiguration: (options.configuration ?? null) !== null,
    capabilities: options.capabilities === undefined ? { outcomes: true } : options.capabilities,
    vcs: options.vcs ?? null,
    ...namesOf(options),
    ...wordsOf(options),
  });
}

function namesOf({
  organizationName = DEFAULT_ORGANIZATION,
  workspaceName = DEFAULT_WORKSPACE,
  projectName = 'Default Project',
  workingDirectory = '',
}: RunOptions) {
  return { organizationName, workspaceName, projectName, workingDirectory };
}

function wordsOf({
  enforcement = 'mandatory',
  runCreatedBy: createdBy = 'username',
  runMessage: message = 'Triggered via UI',
  isSpeculative = false,
  fields = {},
  omit = [],
}: RunOptions) {
  return { enforcement, createdBy, message, isSpeculative, fields, omit };
}
