import { ApiUnderTest, pointers } from '../testing/index.js';

const PATH = '/organizations/acme/run-tasks/guard/setup';
const KEY = 'k'.repeat(40);
const api = new ApiUnderTest();

beforeAll(async () => {
  await api.start();
  await api.ask('PUT', '/organizations/acme', { body: {} });
  await api.ask('PUT', '/organizations/acme/run-tasks/guard', {
    body: { terraformOrigin: 'https://app.terraform.io', hmacKey: KEY },
  });
});
afterAll(() => api.stop());

describe('the setup kit', () => {
  it('is Terraform for a global run task unless asked otherwise, as plain text', async () => {
    const response = await api.ask('GET', PATH);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(response.body).toContain('resource "tfe_organization_run_task_global_settings" "rungate"');
    expect(response.body).toContain('organization = "acme"');
    expect(response.body).toMatch(/url {10}= "https:\/\/rungate\.example\.com\/hooks\/[\w-]+"/);
    expect(response.body).toContain('hmac_key_wo_version = 1');
  });

  it('names the next number after a rotation', async () => {
    await api.ask('PUT', '/organizations/acme/run-tasks/rotated', {
      body: { terraformOrigin: 'https://app.terraform.io' },
    });
    await api.ask('PUT', '/organizations/acme/run-tasks/rotated', {
      body: { terraformOrigin: 'https://app.terraform.io', hmacKey: 'n'.repeat(40) },
    });
    const response = await api.ask('GET', '/organizations/acme/run-tasks/rotated/setup');
    expect(response.body).toContain('hmac_key_wo_version = 2');
  });

  it.each(['terraform', 'markdown', 'curl'])('never holds the key: %s', async (format) => {
    const response = await api.ask('GET', `${PATH}?format=${format}`);
    expect(response.statusCode).toBe(200);
    expect(response.body).not.toContain(KEY);
  });

  it('takes workspaces or tags, stages, enforcement, another organization and an agent pool', async () => {
    const workspaces = await api.ask('GET', `${PATH}?workspace=web&workspace=db&stage=pre_plan&stage=post_plan`);
    expect(workspaces.body).toContain('names        = ["web", "db"]');
    expect(workspaces.body).toContain('stages            = ["pre_plan", "post_plan"]');
    const tags = await api.ask('GET', `${PATH}?tag=prod&enforcement=mandatory&terraformOrganization=acme_corp`);
    expect(tags.body).toContain('tag_names    = ["prod"]');
    expect(tags.body).toContain('enforcement_level = "mandatory"');
    expect(tags.body).toContain('organization = "acme_corp"');
    expect((await api.ask('GET', `${PATH}?keyHandling=state`)).body).toContain('hmac_key     = var.rungate_hmac_key');
    expect((await api.ask('GET', `${PATH}?format=curl&agentPool=apool-1`)).body).toContain('"id":"apool-1"');
  });

  it('puts nothing into a file that would leave its string', async () => {
    const hostile = encodeURIComponent('"\n${file("/etc/passwd")}\n');
    const response = await api.ask('GET', `${PATH}?workspace=${hostile}`);
    expect(response.body).toContain('names        = ["\\" $${file(\\"/etc/passwd\\")}"]');
  });

  it.each([
    ['format=html', '/query/format'],
    ['stage=test', '/query/stage/0'],
    ['stage=post_plan&stage=post_plan', '/query/stage/1'],
    ['workspace=', '/query/workspace/0'],
    ['workspace=a&tag=b', '/query/tag'],
    ['terraformOrganization=a%20b', '/query/terraformOrganization'],
    ['agentPool=x', '/query/agentPool'],
    ['enforcement=shadow', '/query/enforcement'],
    ['colour=red', '/query/colour'],
  ])('refuses %s', async (query, pointer) => {
    const response = await api.ask('GET', `${PATH}?${query}`);
    expect(response.statusCode).toBe(400);
    expect(pointers(response)).toEqual([pointer]);
  });

  it('is not there for what does not exist', async () => {
    expect((await api.ask('GET', '/organizations/acme/run-tasks/none/setup')).statusCode).toBe(404);
    expect((await api.ask('GET', '/organizations/none/run-tasks/guard/setup')).statusCode).toBe(404);
  });
});
