import { z } from 'zod';
import type { AnsweredRequest, RecordedHistory, SeenRun } from '@rungate/run-task/testing';
import { dumpAllTables } from '../../harness/embedded-database.js';
import type { History } from '../../harness/simulator-process.js';
import { dumpRedis } from './redis-dump.js';
import type { Tenant, World } from './world.js';

const REACHABLE_BEFORE_MS = 30_000;

const rowSchema = z.object({
  taskResultId: z.string(),
  organization: z.string(),
  bodyHash: z.string(),
  state: z.string(),
  verdict: z.string().nullable(),
  receivedAt: z.number(),
  startedAt: z.number().nullable(),
  hasGrant: z.boolean(),
  text: z.string(),
});

const ROWS = `
  SELECT t.task_result_id AS "taskResultId", o.slug AS organization, t.body_hash AS "bodyHash", t.state, t.verdict,
    (extract(epoch FROM t.received_at) * 1000)::float8 AS "receivedAt",
    (extract(epoch FROM t.started_at) * 1000)::float8 AS "startedAt",
    t.sealed_grant IS NOT NULL
      AND (t.state <> 'undeliverable' OR least(t.progress_by, t.final_by) < now() - interval '10 seconds') AS "hasGrant",
    concat(t::text, (SELECT string_agg(c::text, ' ') FROM check_results c WHERE c.task_result_id = t.id),
      (SELECT string_agg(d::text, ' ') FROM deliveries d WHERE d.task_result_id = t.id)) AS text
  FROM task_results t JOIN organizations o ON o.id = t.organization_id`;

/** What a scenario says of its own history. */
export interface Expectation {
  readonly quiet?: RecordedHistory['quiet'];
  readonly platformOutages?: RecordedHistory['platformOutages'];
}

/** Reads everything that happened in a world so far. */
export async function record(world: World, expectation: Expectation = {}): Promise<RecordedHistory> {
  const { postgres, host, timeScale } = world;
  const [histories, violations, rows, writings] = await Promise.all([
    host.simulator.histories(),
    host.simulator.violations(),
    postgres.query(ROWS),
    writingsOf(world),
  ]);
  const slugs = new Set(world.tenants.map(({ slug }) => slug));
  const markers = new Map(world.tenants.map((tenant) => [tenant.marker, tenant]));
  const ours = histories.filter(({ workspaceName }) => markers.has(workspaceName));
  return {
    answered: [...world.posted, ...ours.flatMap(answeredOf)],
    runs: ours.flatMap((history) => seenRun(history, markers.get(history.workspaceName))),
    rows: z
      .array(rowSchema)
      .parse(rows)
      .filter(({ organization }) => slugs.has(organization)),
    hostOutages: host.outages(),
    platformOutages: expectation.platformOutages ?? [],
    reachableBeforeMs: REACHABLE_BEFORE_MS * timeScale,
    violations,
    secrets: world.secrets.all(),
    writings,
    quiet: expectation.quiet ?? null,
  };
}

function answeredOf({ taskResultId, requests }: History): readonly AnsweredRequest[] {
  return requests.flatMap(({ status }) => (status === null ? [] : [{ taskResultId, status, bodyHash: null }]));
}

function seenRun(history: History, tenant: Tenant | undefined): readonly SeenRun[] {
  if (tenant === undefined) return [];
  return [
    {
      taskResultId: history.taskResultId,
      organization: tenant.slug,
      marker: tenant.marker,
      accepted: history.requests.some(({ status }) => status === 200),
      canceled: history.status === 'canceled',
      deadline: Math.min(Date.parse(history.progressBy), Date.parse(history.finalBy)),
      callbacks: history.callbacks.map(({ at, status, body, applied }) => ({
        at: Date.parse(at),
        status,
        body: JSON.stringify(body),
        applied,
      })),
    },
  ];
}

async function writingsOf({ processes, redis, postgres }: World): Promise<RecordedHistory['writings']> {
  const queue = redis === null ? [] : [{ where: 'Redis', text: await dumpRedis(redis.server.client) }];
  const logs = Object.values(processes).map(({ name, said }) => ({ where: `the log of ${name}`, text: said }));
  return [...queue, ...logs, { where: 'the tables', text: await dumpAllTables(postgres.dataDir) }];
}
