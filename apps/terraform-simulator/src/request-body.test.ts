import { registrationBody, runBody, type RequestFacts } from './request-body.js';

const facts: RequestFacts = {
  origin: 'https://app.terraform.io',
  stage: 'post_plan',
  accessToken: 'token',
  callbackId: '5ea8d46c-2ceb-42cd-83f2-82e54697bddd',
  taskResultId: 'taskrs-2nH5dncYoXaMVQmJ',
  enforcement: 'mandatory',
  runId: 'run-i3Df5to9ELvibKpQ',
  planId: 'plan-6AFmRJW1PFJ7qbAh',
  configurationVersionId: 'cv-ntv3HbhJqvFzamy7',
  hasConfiguration: true,
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  createdBy: 'username',
  message: 'Triggered via UI',
  isSpeculative: false,
  organizationName: 'acme',
  workspaceName: 'web',
  workingDirectory: '/terraform',
  projectName: 'Default Project',
  vcs: null,
  capabilities: { outcomes: true },
  fields: {},
  omit: [],
};

const parse = (body: Buffer) => JSON.parse(body.toString()) as Record<string, unknown>;
const read = (changed: Partial<RequestFacts> = {}) => parse(runBody({ ...facts, ...changed }));

describe('request body', () => {
  it('keeps the order of the captured request and adds the newer fields', () => {
    const captured = Object.keys(parse(registrationBody()));
    const added = ['vcs_commit_hash', 'project_id', 'project_name', 'project_app_url'];
    const names = Object.keys(read());
    expect(names.filter((name) => !added.includes(name))).toEqual(captured);
    expect(names).toEqual(expect.arrayContaining(added));
  });

  it('is compact', () => {
    expect(runBody(facts).toString()).toMatch(/^\{"payload_version":1,"access_token":"token","stage":"post_plan",/);
  });

  it('names no plan before there is one', () => {
    expect(read({ stage: 'pre_plan' })).not.toHaveProperty('plan_json_api_url');
    for (const stage of ['post_plan', 'pre_apply', 'post_apply'] as const) {
      expect(read({ stage })).toHaveProperty('plan_json_api_url');
    }
  });

  it('has no configuration URL when nothing was uploaded', () => {
    expect(read({ hasConfiguration: false }).configuration_version_download_url).toBeNull();
  });

  it('leaves the version control fields null for a run that did not come from there', () => {
    expect(read()).toMatchObject({ vcs_repo_url: null, vcs_branch: null, vcs_commit_url: null, vcs_commit_hash: null });
    const vcs = { repoUrl: 'https://github.com/acme/web', branch: 'main', commitHash: '7d8fb2a' };
    expect(read({ vcs })).toMatchObject({
      vcs_repo_url: 'https://github.com/acme/web',
      vcs_commit_url: 'https://github.com/acme/web/commit/7d8fb2a',
      vcs_pull_request_url: null,
    });
  });

  it('leaves out what an older release does not send', () => {
    expect(read({ capabilities: null })).not.toHaveProperty('capabilities');
    expect(read({ omit: ['stage', 'project_id'] })).not.toHaveProperty('stage');
  });

  it('takes odd fields as they are', () => {
    expect(read({ fields: { stage: 'post-plan', extra: [1] } })).toMatchObject({ stage: 'post-plan', extra: [1] });
  });
});
