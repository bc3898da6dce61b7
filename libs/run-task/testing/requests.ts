import { aRequestBody } from './builders.js';

const ABSENT = undefined;

/** One request per shape that HCP Terraform and TFE are known to send, by what sets it apart. */
export const REQUEST_SHAPES: Readonly<Record<string, Record<string, unknown>>> = {
  'HCP Terraform since 2026, with project and commit': aRequestBody({
    project_id: 'prj-1',
    project_name: 'Default Project',
    project_app_url: 'https://app.terraform.io/app/acme-corp/projects/1',
    vcs_branch: 'main',
    vcs_commit_hash: '7d8fb2a2d601edebdb7a59ad2088a96673637d22',
    vcs_commit_url: 'https://git.example.com/acme/network/commit/7d8fb2a2',
    vcs_repo_url: 'https://git.example.com/acme/network',
  }),
  'HCP Terraform 2025': aRequestBody(),
  'before the plan': aRequestBody({ stage: 'pre_plan', plan_json_api_url: ABSENT }),
  'before the apply': aRequestBody({ stage: 'pre_apply' }),
  'after the apply': aRequestBody({ stage: 'post_apply' }),
  'TFE of 2022: no capabilities, no configuration version': aRequestBody({
    capabilities: ABSENT,
    configuration_version_id: ABSENT,
    configuration_version_download_url: ABSENT,
    workspace_working_directory: ABSENT,
  }),
  'TFE of 2022 as its table has it: a hyphen in the stage': aRequestBody({ stage: 'post-plan' }),
  'the beta of 2021: no stage': aRequestBody({ stage: ABSENT, is_speculative: ABSENT, capabilities: ABSENT }),
};

const X = 'x'.repeat(16);

const registration2024 = aRequestBody({
  access_token: 'test-token',
  stage: 'test',
  task_result_enforcement_level: 'test',
  task_result_id: `taskrs-${X}`,
  run_id: `run-${X}`,
  workspace_id: `ws-${X}`,
  workspace_name: 'test-workspace',
  organization_name: 'test-org',
  configuration_version_id: `cv-${X}`,
  plan_json_api_url: `https://app.terraform.io/api/v2/runs/plan-${X}/plan/json-output`,
});

/** Requests that are sent when a run task is created or changed. */
export const REGISTRATION_SHAPES: Readonly<Record<string, Record<string, unknown>>> = {
  'since 2024': registration2024,
  '2021 and 2022: no stage, and a repository': {
    ...registration2024,
    stage: ABSENT,
    is_speculative: ABSENT,
    capabilities: ABSENT,
    vcs_repo_url: 'https://git.example.com/test-org/test-repo',
    vcs_pull_request_url: 'https://git.example.com/test-org/test-repo/pull/1',
  },
  'only the stage says so': { ...registration2024, access_token: 'another-token' },
  'nothing but the token': { access_token: 'test-token' },
};
