import type { CheckPlugin, Plan, Report, RunFacts } from '../src/check.js';

/** Facts of a run that nobody looks at. */
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

/** Runs a plugin over a plan, with its configuration parsed as the sandbox parses it. */
export async function runPlugin<Config>(
  plugin: CheckPlugin<Config>,
  plan: Plan,
  config: unknown = {},
): Promise<Report> {
  return plugin.run({
    run: RUN,
    stage: 'post_plan',
    plan,
    configurationDir: null,
    config: plugin.config.parse(config),
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
  });
}
