import { REGISTRATION_SHAPES, REQUEST_SHAPES } from '../../testing/requests.js';
import { aRequestBody } from '../../testing/builders.js';
import { RunTaskError } from '../errors.js';
import { parseRequest, type RunTaskRequest } from './request.js';

const bytes = (body: unknown): Uint8Array => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function parsed(body: unknown): RunTaskRequest {
  const answer = parseRequest(bytes(body));
  if (answer.kind !== 'task') throw new Error('not a task');
  return answer.request;
}

function refusal(body: unknown): RunTaskError {
  try {
    parseRequest(body instanceof Uint8Array ? body : bytes(body));
  } catch (error) {
    if (error instanceof RunTaskError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('parseRequest', () => {
  it.each(Object.entries(REQUEST_SHAPES))('reads what is sent by %s', (_, body) => {
    const { facts, grant } = parsed(body);
    expect(facts).toMatchObject({ task_result_id: 'taskrs-1', organization_name: 'acme-corp', run_id: 'run-1' });
    expect(facts.stage).toBe(typeof body.stage === 'string' ? body.stage.replace('-', '_') : 'post_plan');
    expect(facts.capabilities).toEqual({ outcomes: body.capabilities !== undefined });
    expect(facts.vcs_commit_hash).toBe(body.vcs_commit_hash ?? null);
    expect(grant).toEqual({
      accessToken: 'a-token.atlasv1.of-this-run',
      callbackUrl: body.task_result_callback_url,
      planJsonUrl: body.plan_json_api_url ?? null,
      configurationUrl: body.configuration_version_download_url ?? null,
    });
  });

  it.each(Object.entries(REGISTRATION_SHAPES))('takes a test request for a registration: %s', (_, body) => {
    expect(parseRequest(bytes(body))).toEqual({ kind: 'registration' });
  });

  it('keeps the grant out of the facts', () => {
    const { facts, grant } = parsed(aRequestBody());
    for (const secret of Object.values(grant)) expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it('drops fields that it does not know', () => {
    expect(parsed(aRequestBody({ a_field_of_tomorrow: { deep: [1] } })).facts).not.toHaveProperty(
      'a_field_of_tomorrow',
    );
  });

  it.each([
    'stage',
    'capabilities',
    'plan_json_api_url',
    'configuration_version_id',
    'configuration_version_download_url',
    'is_speculative',
    'task_result_enforcement_level',
    'workspace_app_url',
    'workspace_working_directory',
    'run_app_url',
    'run_message',
    'run_created_at',
    'run_created_by',
    'vcs_branch',
    'vcs_commit_url',
    'vcs_pull_request_url',
    'vcs_repo_url',
  ])('does without %s', (field) => {
    expect(parsed(aRequestBody({ [field]: undefined })).facts.task_result_id).toBe('taskrs-1');
  });

  it.each([
    'access_token',
    'task_result_id',
    'task_result_callback_url',
    'organization_name',
    'workspace_id',
    'workspace_name',
    'run_id',
  ])('names %s when it is missing', (field) => {
    const error = refusal(aRequestBody({ [field]: undefined }));
    expect(error).toMatchObject({ code: 'not_a_request', pointer: `/${field}` });
    expect(error.message).toContain(`/${field}`);
  });

  it.each([
    ['/stage', { stage: 'during_plan' }],
    ['/stage', { stage: 7 }],
    ['/access_token', { access_token: '' }],
    ['/access_token', { access_token: ['a'] }],
    ['/access_token', { access_token: 'line\r\nbreak' }],
    ['/access_token', { access_token: 'schlüssel' }],
    ['/task_result_id', { task_result_id: '../../etc/passwd' }],
    ['/task_result_id', { task_result_id: 'x'.repeat(101) }],
    ['/task_result_callback_url', { task_result_callback_url: `https://a/${'x'.repeat(2_000)}` }],
    ['/is_speculative', { is_speculative: 'no' }],
    ['/run_message', { run_message: 12 }],
    ['/organization_name', { organization_name: 'x'.repeat(4_001) }],
    // 4,000 characters would be one entry too large for an index of Postgres: no answer but 503, for ever.
    ['/run_id', { run_id: 'x'.repeat(201) }],
    ['/workspace_id', { workspace_id: 'x'.repeat(201) }],
  ])('names %s when it is %j', (pointer, changes) => {
    expect(refusal(aRequestBody(changes))).toMatchObject({ code: 'not_a_request', pointer });
  });

  it('names every field that is wrong, and never a value', () => {
    const { message } = refusal(aRequestBody({ run_id: undefined, access_token: { leak: 'a-secret' } }));
    expect(message).toMatch(/access_token.*; .*run_id/);
    expect(message).not.toContain('a-secret');
  });

  it.each(['[]', 'null', '"text"', '7'])('points at the whole body when it is %s', (body) => {
    expect(refusal(body)).toMatchObject({ code: 'not_a_request', pointer: '' });
  });

  it('takes what only describes as it comes: of a wrong type it is unknown', () => {
    const { facts, grant } = parsed(
      aRequestBody({
        capabilities: 'all',
        plan_json_api_url: 7,
        run_app_url: {},
        vcs_repo_url: '',
        task_result_enforcement_level: null,
      }),
    );
    expect(facts).toMatchObject({ capabilities: { outcomes: false }, run_app_url: null, vcs_repo_url: null });
    expect(facts.task_result_enforcement_level).toBe('mandatory');
    expect(grant.planJsonUrl).toBeNull();
    expect(parsed(aRequestBody({ capabilities: { outcomes: 1 } })).facts.capabilities).toEqual({ outcomes: false });
  });

  it('cuts a long commit message instead of refusing the run', () => {
    const { run_message } = parsed(aRequestBody({ run_message: 'fix '.repeat(5_000) })).facts;
    expect(run_message).toHaveLength(4_000);
  });

  it('replaces what the database cannot hold, in texts and in URLs', () => {
    const { facts } = parsed(
      aRequestBody({
        run_message: 'a\u0000b\uD800c',
        workspace_name: 'net\u0000work',
        vcs_commit_url: 'https://git.example.com/\u0000\uDC00',
      }),
    );
    expect(facts.run_message).toBe('a\uFFFDb\uFFFDc');
    expect(facts.workspace_name).toBe('net\uFFFDwork');
    expect(facts.vcs_commit_url).toBe('https://git.example.com/\uFFFD\uFFFD');
  });

  it('lets the last of several equal keys count, as JSON.parse does', () => {
    const body = JSON.stringify(aRequestBody()).replace('{', '{"run_id":"run-first",');
    expect(parsed(body).facts.run_id).toBe('run-1');
  });

  it('inherits nothing from a __proto__ key, and gives nothing to other objects', () => {
    const own = JSON.stringify(aRequestBody({ run_id: undefined }));
    const error = refusal(own.replace('{', '{"__proto__":{"run_id":"run-evil","polluted":true},'));
    expect(error).toMatchObject({ code: 'not_a_request', pointer: '/run_id' });
    expect({}).not.toHaveProperty('polluted');
  });

  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const bodyOfDepth = (depth: number): string =>
    JSON.stringify(aRequestBody()).replace('{', `{"nested":${nested(depth - 1)},`);

  it('reads a body that is nested 64 deep', () => {
    expect(parsed(bodyOfDepth(64)).facts.run_id).toBe('run-1');
  });

  it.each([65, 100_000])('refuses a body that is nested %d deep before it is parsed', (depth) => {
    expect(refusal(bodyOfDepth(depth))).toMatchObject({
      code: 'not_json',
      message: 'The body is nested deeper than 64.',
    });
  });

  it('does not take brackets inside of strings for nesting', () => {
    const text = `${'['.repeat(100)} \\" ${'{'.repeat(100)}`;
    expect(parsed(aRequestBody({ run_message: text })).facts.run_message).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"stage":'],
    ['a string that never ends', '{"stage":"post'],
    ['NaN', '{"run_id":NaN}'],
    ['two documents', '{}{}'],
  ])('refuses %s as not JSON', (_, body) => {
    const error = refusal(body);
    expect(error.code).toBe('not_json');
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)).code).toBe('not_json');
  });

  it('refuses known fields of more than 64 KB, and drops what it does not know whatever its size', () => {
    const long = '😀'.repeat(2_000);
    const fields = ['run_message', 'vcs_branch', 'vcs_commit_hash', 'project_id', 'project_name', 'run_created_by'];
    const full = Object.fromEntries([...fields, 'configuration_version_id'].map((name) => [name, long]));
    const most = { ...full, run_created_at: long, workspace_working_directory: long };
    expect(refusal(JSON.stringify(aRequestBody(most)))).toMatchObject({
      code: 'not_a_request',
      message: 'The body is not a run task request: its known fields hold more than 64 KB.',
    });
    expect(parsed(aRequestBody(full)).facts.vcs_branch).toBe(long);
    expect(parsed(aRequestBody({ unheard_of: 'x'.repeat(200_000) })).facts.run_id).toBe('run-1');
  });
});
