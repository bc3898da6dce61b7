import {
  hmacKey,
  type Actor,
  type Check,
  type CheckEnd,
  type CheckResult,
  type Finding,
  type Hook,
  type RequestFacts,
  type RunTaskRequest,
  type Scope,
} from '../src/index.js';

/** Who asks in tests. */
export const TESTER: Actor = { kind: 'system', id: null, name: 'test', role: 'system', address: null };
/** Sees everything. */
export const PLATFORM: Scope = { kind: 'platform' };

/** The secret of the only key of `aHook()`. */
export const HOOK_SECRET = 'a-secret-of-at-least-thirty-two-bytes';

/** A run task of a HCP Terraform organization; name only what matters. */
export function aHook(changes: Partial<Hook> = {}): Hook {
  return {
    hookId: 'hook-1',
    organizationId: '00000000-0000-7000-8000-00000000000a',
    runTaskId: '00000000-0000-7000-8000-00000000001a',
    versionId: '00000000-0000-7000-8000-00000000002a',
    terraformOrigin: 'https://app.terraform.io',
    originState: null,
    deadlineProfile: 'rolling',
    suspended: false,
    keys: [hmacKey('key-1', HOOK_SECRET)],
    ...changes,
  };
}

/** A request body as HCP Terraform sends it, with its own names; `undefined` leaves a field out. */
export function aRequestBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    payload_version: 1,
    stage: 'post_plan',
    access_token: 'a-token.atlasv1.of-this-run',
    capabilities: { outcomes: true },
    configuration_version_id: 'cv-1',
    configuration_version_download_url: 'https://app.terraform.io/api/v2/configuration-versions/cv-1/download',
    is_speculative: false,
    organization_name: 'acme-corp',
    plan_json_api_url: 'https://app.terraform.io/api/v2/plans/plan-1/json-output',
    run_app_url: 'https://app.terraform.io/app/acme-corp/network/runs/run-1',
    run_created_at: '2026-11-21T12:00:00.000Z',
    run_created_by: 'olivia',
    run_id: 'run-1',
    run_message: 'Triggered via UI',
    task_result_callback_url: 'https://app.terraform.io/api/v2/task-results/5ea8d46c/callback',
    task_result_enforcement_level: 'mandatory',
    task_result_id: 'taskrs-1',
    vcs_branch: null,
    vcs_commit_url: null,
    vcs_pull_request_url: null,
    vcs_repo_url: null,
    workspace_app_url: 'https://app.terraform.io/app/acme-corp/network',
    workspace_id: 'ws-1',
    workspace_name: 'network',
    workspace_working_directory: '',
    ...changes,
  };
}

/** A parsed request. */
export function aRequest(changes: Partial<RequestFacts> = {}): RunTaskRequest {
  return {
    grant: {
      accessToken: 'a-token.atlasv1.of-this-run',
      callbackUrl: 'https://app.terraform.io/api/v2/task-results/5ea8d46c/callback',
      planJsonUrl: 'https://app.terraform.io/api/v2/plans/plan-1/json-output',
      configurationUrl: null,
    },
    facts: {
      stage: 'post_plan',
      task_result_id: 'taskrs-1',
      task_result_enforcement_level: 'mandatory',
      capabilities: { outcomes: true },
      configuration_version_id: 'cv-1',
      is_speculative: false,
      organization_name: 'acme-corp',
      workspace_id: 'ws-1',
      workspace_name: 'network',
      workspace_app_url: null,
      workspace_working_directory: null,
      run_id: 'run-1',
      run_app_url: null,
      run_message: null,
      run_created_at: null,
      run_created_by: 'olivia',
      vcs_branch: null,
      vcs_commit_url: null,
      vcs_commit_hash: null,
      vcs_pull_request_url: null,
      vcs_repo_url: null,
      project_id: null,
      project_name: null,
      ...changes,
    },
  };
}

/** A mandatory check. */
export function aCheck(changes: Partial<Check> = {}): Check {
  return {
    name: 'guard',
    use: 'destructive-guard',
    stages: ['post_plan'],
    enforcement: 'mandatory',
    timeoutSeconds: 60,
    config: {},
    failOn: 'high',
    onUnknown: 'warn',
    onError: 'fail',
    ...changes,
  };
}

/** A finding that fails its check. */
export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    rule: 'protected-resource',
    severity: 'high',
    address: 'aws_db_instance.main',
    message: 'would be replaced',
    certainty: 'violation',
    ...changes,
  };
}

/** How a check ended that reported these findings. */
export function reported(check: string, findings: readonly Finding[] = [], summary = 'looks good'): CheckEnd {
  return { kind: 'reported', check, report: { findings, summary }, durationMs: 5, isolation: 'full', log: [] };
}

/** A check that passed without findings. */
export function aCheckResult(changes: Partial<CheckResult> = {}): CheckResult {
  return {
    name: 'guard',
    use: 'destructive-guard',
    enforcement: 'mandatory',
    status: 'passed',
    blocks: false,
    message: 'nothing protected is destroyed',
    findings: [],
    facts: {},
    failure: null,
    durationMs: 5,
    isolation: 'full',
    log: [],
    ...changes,
  };
}
