// What the OpenAPI document shows; a test holds each against its shape.

export const desiredOrganization = { displayName: 'Acme', tags: ['emea'], weight: 10 };

export const organization = {
  slug: 'acme',
  displayName: 'Acme',
  tags: ['emea'],
  weight: 10,
  maxInFlight: null,
  retentionDays: 90,
  inputRetentionDays: 30,
  state: 'active',
  managedBy: null,
  createdAt: '2026-11-20T09:30:00.000Z',
  purgeAt: null,
  intakePause: null,
  viewsAllowed: true,
};

export const pausedOrganization = {
  ...organization,
  intakePause: { at: '2026-11-20T10:04:11.000Z', by: 'Omar Operator', reason: 'It floods the workers' },
};

export const view = {
  id: '01943c5f-02b4-7d11-8a6e-91c3d5e7f3a1',
  viewer: { name: 'Sam Support', role: 'support' },
  reason: 'Ticket 4711: a result is missing',
  startedAt: '2026-11-20T10:04:11.000Z',
  endsAt: '2026-11-20T10:34:11.000Z',
  endedAt: null,
};

export const organizationPut = { ...organization, change: 'changed', changed: ['weight'] };

export const auditEvent = {
  id: '01943c5f-02b4-7d11-8a6e-91c3d5e7f2aa',
  at: '2026-11-20T10:04:11.000Z',
  organization: 'acme',
  actor: { kind: 'token', id: '01943c5a-7a10-7c3e-9d0b-2f6a1e5b8c07', name: 'crm', role: 'onboarder' },
  address: '192.0.2.10',
  action: 'run-task.changed',
  subject: { kind: 'run-task', name: 'guard' },
  before: { onTimeout: 'failed' },
  after: { onTimeout: 'passed' },
  reason: 'Change window of Saturday',
};

const check = { name: 'no-deletes', use: 'destructive-guard', stages: ['post_plan'], enforcement: 'mandatory' };

export const desiredRunTask = { terraformOrigin: 'https://app.terraform.io', checks: [check] };

export const runTask = {
  organization: 'acme',
  name: 'guard',
  hookUrl: 'https://rungate.example.com/hooks/0mT2Zb8xJq4Lw9aYc7Rf1w',
  terraformOrigin: 'https://app.terraform.io',
  downloadOrigins: ['https://app.terraform.io', 'https://archivist.terraform.io'],
  deadlineProfile: 'rolling',
  onTimeout: 'failed',
  checks: [{ ...check, timeoutSeconds: 60, config: {}, failOn: 'high', onUnknown: 'warn', onError: 'fail' }],
  state: 'active',
  terraformOrganization: 'acme',
  originState: 'approved',
  hmacKeyFingerprint: '3f9a1c07',
  hmacKeys: [
    {
      id: '01943c5a-7a10-7c3e-9d0b-2f6a1e5b8c01',
      fingerprint: '3f9a1c07',
      state: 'active',
      lastUsedAt: '2026-11-20T10:04:11.000Z',
      retiresAt: null,
      extendedAt: null,
      revokedAt: null,
      createdAt: '2026-11-20T09:31:00.000Z',
    },
  ],
  createdAt: '2026-11-20T09:31:00.000Z',
};

export const batchLine = {
  slug: 'acme',
  ...desiredOrganization,
  runTasks: [{ name: 'guard', ...desiredRunTask }],
};

export const batchAnswer = {
  line: 1,
  slug: 'acme',
  status: 201,
  change: 'created',
  changed: ['displayName', 'tags', 'runTasks/guard'],
  runTasks: [
    {
      name: 'guard',
      change: 'created',
      hookUrl: runTask.hookUrl,
      hmacKey: '46b1f7a6d558688918d7e76e5a0cbe67a3f17a0c03c74e0f83cfe382a715e904',
      hmacKeyFingerprint: '32dbe202',
    },
  ],
};

export const createdHmacKey = {
  id: '01943d11-0c20-7a52-b1f7-5d0e9c3a7b10',
  hmacKey: '9b2f0c1d8e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c',
  hmacKeyFingerprint: 'b7e4d210',
  retiring: [{ ...runTask.hmacKeys[0], state: 'retiring', retiresAt: '2026-11-23T10:05:00.000Z' }],
};

export const refusal = {
  reason: 'bad_signature',
  cause: 'key_with_blanks',
  minute: '2026-11-20T10:04:00.000Z',
  count: 3,
  detail: 'Signed with the HMAC key 3f9a1c07 and a line break, blanks or quotes around it. Enter the key without them.',
};

export const runTaskPut = { ...runTask, change: 'unchanged', changed: [] };

export const desiredOrigin = { state: 'approved', privateRanges: ['10.20.0.0/16'], caBundle: null };

export const origin = {
  organization: 'acme',
  origin: 'https://tfe.example.com',
  ...desiredOrigin,
  requestedBy: 'terraform-of-acme',
  requestedAt: '2026-11-20T09:31:00.000Z',
  decidedBy: 'olivia',
  decidedAt: '2026-11-20T09:42:00.000Z',
};

export const originPut = { ...origin, change: 'changed', changed: ['state', 'privateRanges'] };

export const taskResult = {
  id: '01943c5f-02b4-7d11-8a6e-91c3d5e7f204',
  organization: 'acme',
  runTask: 'guard',
  taskResultId: 'taskrs-2nH5dncYoXaMVQmJ',
  runId: 'run-CZcmD7eagjhyX0vN',
  runUrl: 'https://app.terraform.io/app/acme/network-prod/runs/run-CZcmD7eagjhyX0vN',
  workspaceId: 'ws-uMyB8cfXkw5zP1Qs',
  workspaceName: 'network-prod',
  stage: 'post_plan',
  enforcementLevel: 'mandatory',
  state: 'delivered',
  verdict: 'failed',
  message: 'Blocked: 1 of 1 checks failed.',
  reason: null,
  receivedAt: '2026-11-20T10:04:11.000Z',
  startedAt: '2026-11-20T10:04:11.020Z',
  progressBy: '2026-11-20T10:14:11.000Z',
  finalBy: '2026-11-20T11:04:11.000Z',
  decidedAt: '2026-11-20T10:04:13.000Z',
  deliveredAt: '2026-11-20T10:04:13.400Z',
  purgedAt: null,
};

export const listedTaskResult = { ...taskResult, findings: { high: 1 } };

export const workspaceHistory = {
  items: [
    {
      id: taskResult.id,
      runId: taskResult.runId,
      runTask: 'guard',
      stage: 'post_plan',
      verdict: 'failed',
      state: 'delivered',
      receivedAt: taskResult.receivedAt,
    },
  ],
};

export const taskResultFacets = {
  state: [{ value: 'delivered', count: 41 }],
  verdict: [
    { value: 'passed', count: 38 },
    { value: 'failed', count: 3 },
  ],
  stage: [{ value: 'post_plan', count: 41 }],
  organization: [{ value: 'acme', count: 41 }],
  runTask: [{ value: 'guard', count: 41 }],
  isCut: false,
};

export const taskResultDetail = {
  ...taskResult,
  input: { state: 'kept', keptUntil: '2026-12-20T10:04:11.000Z' },
  hmacKeyFingerprint: '3f9a1c07',
  checks: [
    {
      name: 'no-deletes',
      use: 'destructive-guard',
      enforcement: 'mandatory',
      status: 'failed',
      message: '1 resource would be deleted.',
      durationMs: 412,
      isolation: 'full',
      log: [],
      outcomes: [
        {
          rule: 'delete',
          severity: 'high',
          certainty: 'violation',
          address: 'aws_db_instance.main',
          message: 'The database would be deleted.',
          remediation: null,
          docsUrl: null,
        },
      ],
    },
  ],
  deliveries: [
    {
      kind: 'final',
      state: 'delivered',
      attempts: [{ at: '2026-11-20T10:04:13.100Z', status: 200, error: null, answer: null, durationMs: 300 }],
    },
  ],
  timeline: [
    { at: '2026-11-20T10:04:11.000Z', event: 'accepted' },
    { at: '2026-11-20T10:04:13.000Z', event: 'decided' },
  ],
};

export const resent = { changed: true, deadline: '2026-11-20T10:14:11.000Z' };

export const apiToken = {
  id: '01943c5a-7a10-7c3e-9d0b-2f6a1e5b8c02',
  name: 'ci',
  role: 'editor',
  lastFour: 'x7Qz',
  createdBy: 'bootstrap',
  createdAt: '2026-11-20T09:31:00.000Z',
  expiresAt: '2027-02-18T09:31:00.000Z',
  lastUsedAt: null,
  lastUsedFrom: null,
};

export const platformToken = { ...apiToken, role: 'onboarder', managedBy: 'crm' };

export const platformQuarantine = {
  id: '7f1c3e0a-5b52-4f7e-9a52-1a4f0d1c9b11',
  use: 'naming',
  pluginVersion: '1.2.0',
  since: '2026-11-20T09:31:00.000Z',
  until: '2026-11-20T10:31:00.000Z',
  organizations: 3,
};

export const quarantine = {
  id: '0b8f6a52-2c1d-4e7a-8d47-3f5be2a1c7d9',
  use: 'naming',
  pluginVersion: '1.2.0',
  since: '2026-11-20T09:31:00.000Z',
  until: '2026-11-20T10:31:00.000Z',
  runTask: 'guard',
  check: 'names',
  failure: 'memory',
  deaths: 3,
};

export const me = {
  kind: 'token',
  name: 'ci',
  role: 'viewer',
  organization: 'acme',
  managedBy: null,
  permissions: ['organizations.read', 'run-tasks.read', 'checks.read', 'task-results.read'],
  person: null,
  session: null,
  view: null,
  development: false,
};

export const checkPlugin = {
  name: 'destructive-guard',
  version: '1.0.0',
  title: 'Destructive guard',
  summary: 'Stops plans that delete or replace resources.',
  stages: ['post_plan', 'pre_apply'],
  configSchema: { type: 'object', properties: {}, additionalProperties: false },
};

export const setupKit = `# Run task "guard" of the organization "acme", as Rungate wrote it.
# The key with the fingerprint "3f9a1c07" is not in this file: give it as TF_VAR_rungate_hmac_key.
`;

export const connectBody = {
  token: 'AbCdEfGhIjKlMn.atlasv1.0123456789',
  terraformOrganization: 'acme-corp',
  scope: { workspaces: ['network-prod'] },
  stages: ['post_plan'],
  enforcement: 'advisory',
};

export const connected = {
  organization: 'acme',
  name: 'guard',
  dryRun: false,
  changes: [
    { target: 'run-task', name: 'guard', id: 'task-7oD7doVTQdAFnMLV', change: 'unchanged', fields: [], problem: null },
    {
      target: 'workspace',
      name: 'network-prod',
      id: 'ws-CH5in3chf8RJjrVd',
      change: 'changed',
      fields: [{ field: 'stages', before: ['pre_plan'], after: ['post_plan'] }],
      problem: null,
    },
  ],
  state: 'verified',
};

export const shownVerdict = {
  verdict: 'failed',
  message: taskResult.message,
  consequence: 'The run stops: the run task is mandatory.',
  outcomes: [
    {
      id: 'no-deletes-1',
      description: 'aws_db_instance.main would be deleted',
      body: '**Why** ` would be deleted `',
      text: 'Why would be deleted',
      tags: { Status: [{ label: 'Failed', level: 'error' }] },
    },
  ],
};

export const rehearsed = {
  organization: 'acme',
  runTask: 'guard',
  stage: 'post_plan',
  ...shownVerdict,
  checks: taskResultDetail.checks,
};

export const member = {
  id: '01943c60-7f3e-7a55-8c1d-4b9e0a6d2f18',
  connectionId: '01943c60-11aa-7c02-9f6e-7d3b5c8e1a24',
  subject: '00u1ab2cd3EF4gh5ij6k7',
  name: 'Ada Example',
  email: 'ada@acme.example',
  role: 'editor',
  roleFrom: 'person',
  state: 'active',
  createdAt: '2026-11-20T09:00:00.000Z',
  signedInAt: '2026-11-22T08:12:00.000Z',
};

export const platformMember = { ...member, name: 'Omar Example', email: 'omar@rungate.example', role: 'operator' };

export const session = {
  id: '01943c61-0a7b-7d10-a2c4-5e8f9b3c6d70',
  isThis: true,
  createdAt: '2026-11-22T08:12:00.000Z',
  seenAt: '2026-11-22T08:40:30.000Z',
  endsAt: '2026-11-22T16:12:00.000Z',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  address: '203.0.113.7',
};
