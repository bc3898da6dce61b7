import { stableId } from './identifiers.js';
import type { Stage } from './run-options.js';

/** Where HCP Terraform's own test request points. */
const CAPTURED_ORIGIN = 'https://app.terraform.io';

/**
 * The request that HCP Terraform sends when a run task is created or its key changes, byte for byte as captured in
 * 2024-03 (public in gitrgoliveira/tfc-pipeline-run-task).
 * @param origin of the URLs in it; HCP Terraform's own unless given.
 */
export function registrationBody(origin: string = CAPTURED_ORIGIN): Buffer {
  return compact({
    payload_version: 1,
    access_token: 'test-token',
    stage: 'test',
    is_speculative: false,
    task_result_id: 'taskrs-xxxxxxxxxxxxxxxx',
    task_result_enforcement_level: 'test',
    task_result_callback_url: `${origin}/api/v2/task-results/${REGISTRATION_CALLBACK_ID}/callback`,
    run_app_url: `${origin}/app/test-org/test-workspace/runs/run-xxxxxxxxxxxxxxxx`,
    run_id: 'run-xxxxxxxxxxxxxxxx',
    run_message: 'Test run message',
    run_created_at: '2021-01-01T00:00:00.000Z',
    run_created_by: 'test-user',
    workspace_id: 'ws-xxxxxxxxxxxxxxxx',
    workspace_name: 'test-workspace',
    workspace_app_url: `${origin}/app/test-org/test-workspace`,
    organization_name: 'test-org',
    vcs_repo_url: null,
    vcs_branch: null,
    vcs_pull_request_url: null,
    vcs_commit_url: null,
    configuration_version_id: 'cv-xxxxxxxxxxxxxxxx',
    configuration_version_download_url: `${origin}/api/v2/configuration-versions/cv-xxxxxxxxxxxxxxxx/download`,
    workspace_working_directory: '',
    // The odd path is the captured one.
    plan_json_api_url: `${origin}/api/v2/runs/plan-xxxxxxxxxxxxxxxx/plan/json-output`,
    capabilities: { outcomes: true },
  });
}

/** The id in the callback URL of a registration request; nobody may call it. */
export const REGISTRATION_CALLBACK_ID = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';

/** What a request says about a run; members that may be absent are `undefined`. */
export interface RequestFacts {
  readonly origin: string;
  readonly stage: Stage;
  readonly accessToken: string;
  readonly callbackId: string;
  readonly taskResultId: string;
  readonly enforcement: 'mandatory' | 'advisory';
  readonly runId: string;
  readonly planId: string;
  readonly configurationVersionId: string;
  readonly hasConfiguration: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly message: string;
  readonly isSpeculative: boolean;
  readonly organizationName: string;
  readonly workspaceName: string;
  readonly workingDirectory: string;
  readonly projectName: string;
  readonly vcs: VcsFacts | null;
  readonly capabilities: { readonly outcomes: boolean } | null;
  /** Laid over the body, for requests that are odd. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Members left out, as older releases do. */
  readonly omit: readonly string[];
}

/** Where a run's configuration came from. */
export interface VcsFacts {
  readonly repoUrl: string;
  readonly branch: string;
  readonly commitHash: string;
  readonly pullRequestUrl?: string | null | undefined;
}

/**
 * The request for one stage of a run: compact JSON, in the captured order, with the fields added since
 * (`vcs_commit_hash` and `project_*`, 2026). `plan_json_api_url` does not exist before there is a plan.
 */
export function runBody(facts: RequestFacts): Buffer {
  const { origin, organizationName, workspaceName, projectName } = facts;
  const workspaceUrl = `${origin}/app/${organizationName}/${workspaceName}`;
  const configurationUrl = `${origin}/api/v2/configuration-versions/${facts.configurationVersionId}/download`;
  const body: Record<string, unknown> = {
    payload_version: 1,
    access_token: facts.accessToken,
    stage: facts.stage,
    is_speculative: facts.isSpeculative,
    task_result_id: facts.taskResultId,
    task_result_enforcement_level: facts.enforcement,
    task_result_callback_url: `${origin}/api/v2/task-results/${facts.callbackId}/callback`,
    run_app_url: `${workspaceUrl}/runs/${facts.runId}`,
    run_id: facts.runId,
    run_message: facts.message,
    run_created_at: facts.createdAt.toISOString(),
    run_created_by: facts.createdBy,
    workspace_id: stableId('ws', `${organizationName}/${workspaceName}`),
    workspace_name: workspaceName,
    workspace_app_url: workspaceUrl,
    organization_name: organizationName,
    ...vcsFields(facts.vcs),
    configuration_version_id: facts.configurationVersionId,
    configuration_version_download_url: facts.hasConfiguration ? configurationUrl : null,
    workspace_working_directory: facts.workingDirectory,
    ...(facts.stage === 'pre_plan' ? {} : { plan_json_api_url: `${origin}/api/v2/plans/${facts.planId}/json-output` }),
    ...(facts.capabilities === null ? {} : { capabilities: facts.capabilities }),
    project_id: stableId('prj', `${organizationName}/${projectName}`),
    project_name: projectName,
    project_app_url: `${origin}/app/${organizationName}/projects/${stableId('prj', `${organizationName}/${projectName}`)}`,
    ...facts.fields,
  };
  const kept = Object.entries(body).filter(([name]) => !facts.omit.includes(name));
  return compact(Object.fromEntries(kept));
}

function vcsFields(vcs: VcsFacts | null): Record<string, string | null> {
  return {
    vcs_repo_url: vcs?.repoUrl ?? null,
    vcs_branch: vcs?.branch ?? null,
    vcs_pull_request_url: vcs?.pullRequestUrl ?? null,
    vcs_commit_url: vcs === null ? null : `${vcs.repoUrl}/commit/${vcs.commitHash}`,
    vcs_commit_hash: vcs?.commitHash ?? null,
  };
}

function compact(body: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify(body));
}
