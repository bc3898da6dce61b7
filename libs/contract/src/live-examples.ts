import { taskResult, taskResultDetail } from './examples.js';

// What the OpenAPI document shows of what is in flight; a test holds each against its shape.

export const liveBoard = {
  now: '2026-11-20T10:04:12.000Z',
  atRiskWithinMs: 120_000,
  numbers: { inFlight: 1, atRisk: 0, missedLastHour: 0, callbacksFailing: 0 },
  items: [
    {
      id: taskResult.id,
      organization: 'acme',
      runTask: 'guard',
      runId: taskResult.runId,
      runUrl: 'https://app.terraform.io/app/acme/network-prod/runs/run-CZcmD7eagjhyX0vN',
      workspaceName: taskResult.workspaceName,
      stage: 'post_plan',
      enforcementLevel: 'mandatory',
      state: 'evaluating',
      step: { done: 0, total: 1, check: 'no-deletes' },
      attempt: 1,
      sent: { attempts: 0, status: null, error: null },
      worker: 'host-7',
      heldBy: null,
      deadlineProfile: 'rolling',
      receivedAt: taskResult.receivedAt,
      startedAt: taskResult.receivedAt,
      progressBy: taskResult.progressBy,
      finalBy: taskResult.finalBy,
    },
  ],
  isCut: false,
};

export const operation = {
  id: '01943c60-11c2-7a5e-9f04-6b1d2e3c4f55',
  kind: 'resend',
  filter: { state: 'undeliverable', organization: 'acme' },
  reason: 'Their proxy is up again',
  by: { kind: 'token', name: 'on-call' },
  state: 'planned',
  perSecond: 5,
  isCut: false,
  counts: { pending: 41, done: 0, refused: 0, failed: 0 },
  organizations: 1,
  estimatedSeconds: 9,
  createdAt: '2026-11-20T10:20:00.000Z',
  startedAt: null,
  endedAt: null,
};

export const operationItem = {
  position: 1,
  taskResultId: taskResult.id,
  organization: 'acme',
  state: 'refused',
  detail: 'The deadline has passed: Terraform no longer listens.',
  endedAt: '2026-11-20T10:20:03.000Z',
};

export const reevaluating = {
  ...operation,
  kind: 'reevaluate',
  filter: { id: taskResult.id },
  reason: 'The guard was too strict',
  by: { kind: 'person', name: 'Ada' },
  state: 'running',
  perSecond: 1,
  counts: { pending: 1, done: 0, refused: 0, failed: 0 },
  estimatedSeconds: 1,
  startedAt: '2026-11-20T10:20:00.000Z',
};

export const plannedReevaluation = {
  ...reevaluating,
  filter: { verdict: 'failed', organization: 'acme' },
  state: 'planned',
  perSecond: 5,
  counts: operation.counts,
  estimatedSeconds: operation.estimatedSeconds,
  startedAt: null,
};

export const reevaluations = {
  items: [
    {
      id: '01943c60-2a10-7c3b-8d21-5e0f9a8b7c66',
      at: '2026-11-20T10:20:01.000Z',
      by: { kind: 'person', name: 'Ada' },
      reason: 'The guard was too strict',
      operationId: operation.id,
      runTaskRevision: 4,
      verdict: 'passed',
      message: 'Passed: 1 of 1 checks passed.',
      isSame: false,
      checks: taskResultDetail.checks.map((check) => ({ ...check, status: 'passed', outcomes: [] })),
    },
  ],
};

export const planChanges = {
  state: 'kept',
  counts: { create: 0, update: 0, replace: 1, delete: 0, forget: 0, import: 0 },
  items: [
    {
      address: 'module.db.aws_db_instance.main',
      moduleAddress: 'module.db',
      type: 'aws_db_instance',
      action: 'replace',
      why: 'engine_version forces it',
    },
  ],
  references: [],
  isCut: false,
};

export const callbackGroups = {
  items: [
    {
      cause: 'unauthorized 401 https://app.terraform.io',
      origin: 'https://app.terraform.io',
      refusal: 'unauthorized',
      status: 401,
      error: 'unauthorized',
      happened: 'Terraform refused the access token of the run.',
      remedy:
        'The token lives for ten minutes and ends with the run: if the run still waits for this task, start a new one.',
      counts: { failing: 2, givenUp: 12, canStillArrive: 11 },
      organizations: [{ organization: 'acme', count: 14 }],
      organizationCount: 1,
      firstAt: '2026-11-20T09:12:00.000Z',
      lastAt: '2026-11-20T10:04:13.400Z',
      latest: { taskResultId: taskResult.id, organization: 'acme', workspaceName: taskResult.workspaceName },
    },
  ],
  isCut: false,
};

export const system = {
  version: '0.1.0',
  development: false,
  process: {
    status: 'OK',
    roles: ['ingress', 'worker', 'api'],
    checks: [{ name: 'database', status: 'OK', reason: null }],
    isolation: { level: 'full', shortfall: null },
  },
  queue: {
    backend: 'redis',
    waiting: 4,
    inFlight: 2,
    oldestWaitMs: 120,
    nearestDeadlineMs: 431_000,
    deliveriesDue: 0,
  },
  database: { version: '18.4', latencyMs: 0.8, migration: '20261122082000_live' },
  workers: [
    {
      id: 'host-7',
      taskResults: [
        {
          id: taskResult.id,
          organization: 'acme',
          since: '2026-11-20T10:04:11.020Z',
          leaseUntil: '2026-11-20T10:04:21.020Z',
        },
      ],
    },
  ],
  hosts: [
    {
      origin: 'https://app.terraform.io',
      attempts: 412,
      failed: 1,
      lastAt: '2026-11-20T10:04:13.400Z',
      lastStatus: 200,
      lastError: null,
    },
  ],
  warnings: [],
};
