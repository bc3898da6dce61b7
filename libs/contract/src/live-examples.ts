import { taskResult } from './examples.js';

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
