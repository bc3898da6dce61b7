import type { RequestFacts } from '../model/request.js';
import type { RunFacts } from '../model/run-facts.js';

/** What checks may know of a run: no token, and no URL that grants anything. */
export function runFacts({ request: { facts } }: { readonly request: { readonly facts: RequestFacts } }): RunFacts {
  return {
    stage: facts.stage,
    organizationName: facts.organization_name,
    workspaceId: facts.workspace_id,
    workspaceName: facts.workspace_name,
    workspaceWorkingDirectory: facts.workspace_working_directory,
    runId: facts.run_id,
    runMessage: facts.run_message,
    runCreatedAt: facts.run_created_at,
    runCreatedBy: facts.run_created_by,
    isSpeculative: facts.is_speculative,
    vcsBranch: facts.vcs_branch,
    vcsRepoUrl: facts.vcs_repo_url,
    vcsCommitUrl: facts.vcs_commit_url,
    vcsPullRequestUrl: facts.vcs_pull_request_url,
  };
}
