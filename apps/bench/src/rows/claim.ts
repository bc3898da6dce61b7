import { migrate, newMasterKey, openPostgres, parseMasterKeys } from '@rungate/postgres';
import type { Usage } from '@rungate/run-task';
import { Client } from 'pg';
import { closingAfter, type Closing } from '../closing.js';
import { median, percentile } from '../figures.js';
import type { BenchContext, Figures, Measurement, Row } from '../row.js';
import { runAt } from '../stage.js';

const ORGANIZATIONS = 5_000;
const WAITING = 50_000;
const WAITING_OF_ONE = 200_000;
const CLAIMS = 2_000;

/** One claim after another while thousands of organizations wait, against the plainest queue that a table can be. */
export const claimRow: Measurement = {
  name: 'claim',
  title: `claim with ${ORGANIZATIONS} organizations`,
  async measure(context) {
    const spread = {
      name: `${WAITING} waiting of ${ORGANIZATIONS} organizations`,
      seed: seed(WAITING, `1 + w % ${ORGANIZATIONS}`),
    };
    const onOne = {
      name: `${WAITING_OF_ONE} waiting of one organization, one of each of ${ORGANIZATIONS - 1}`,
      seed: seed(
        WAITING_OF_ONE + ORGANIZATIONS,
        `CASE WHEN w <= ${WAITING_OF_ONE} THEN 1 ELSE w - ${WAITING_OF_ONE} END`,
      ),
    };
    return [await measureOne(context, spread), await measureOne(context, onOne)];
  },
};

interface Backlog {
  readonly name: string;
  readonly seed: string;
}

function measureOne(context: BenchContext, backlog: Backlog): Promise<Row> {
  return closingAfter(context.closing, (closing) => measure(context, backlog, closing));
}

async function measure({ database, scale }: BenchContext, backlog: Backlog, closing: Closing): Promise<Row> {
  const url = await database.create();
  const masterKeys = parseMasterKeys([newMasterKey()]);
  await migrate({ url, masterKeys });
  await runAt(url, backlog.seed);
  const postgres = await openPostgres({ url, masterKeys });
  closing.defer(() => postgres.close());
  const client = new Client({ connectionString: url });
  await client.connect();
  closing.defer(() => client.end());
  const count = Math.ceil(CLAIMS * scale);
  const plain = await repeat(count, async () => {
    const { rowCount } = await client.query(PLAIN);
    return rowCount === 1;
  });
  let ended: Usage[] = [];
  const claims = await repeat(count, async () => {
    const [lease] = await postgres.schedule.claim('bench', 1, ended);
    if (lease === undefined) return false;
    ended = [{ ...lease, usedMs: USED_MS }];
    return true;
  });
  return {
    name: `claim, ${backlog.name}`,
    figures: claims,
    baseline: { name: 'a table as a queue, first in first out', figures: plain },
    targets: [],
  };
}

/** Of a slot, by the claim before: told with the next one. */
const USED_MS = 20;

const PLAIN = {
  name: 'plain',
  text: `UPDATE plain SET state = 'taken' WHERE id =
    (SELECT id FROM plain WHERE state = 'waiting' ORDER BY added_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`,
};

/** Straight into the tables: what is measured is the claim. */
const seed = (waiting: number, owner: string): string => `
  INSERT INTO organizations (id, slug, display_name, retention_days, input_retention_days)
    SELECT gen_random_uuid(), 'organization-' || n, 'Organization ' || n, 90, 7 FROM generate_series(1, ${ORGANIZATIONS}) n;
  BEGIN;
  SET CONSTRAINTS ALL DEFERRED;
  CREATE TEMP TABLE seeded ON COMMIT DROP AS
    SELECT o.id AS organization_id, gen_random_uuid() AS run_task_id, gen_random_uuid() AS version_id,
           gen_random_uuid() AS key_id, row_number() OVER () AS n FROM organizations o;
  INSERT INTO run_tasks (id, organization_id, name, hook_id, current_version_id)
    SELECT run_task_id, organization_id, 'bench', 'hook-' || n, version_id FROM seeded;
  INSERT INTO run_task_versions (id, organization_id, run_task_id, number, terraform_origin, download_origins,
                                 deadline_profile, on_timeout, checks, content_hash, author)
    SELECT version_id, organization_id, run_task_id, 1, 'https://app.terraform.io', '{}', 'rolling', 'failed', '[]', '', ''
    FROM seeded;
  INSERT INTO hmac_keys (id, organization_id, run_task_id, sealed_secret, keyed_fingerprint, fingerprint)
    SELECT key_id, organization_id, run_task_id, '', int8send(n), '' FROM seeded;
  INSERT INTO task_results (id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id, stage, run_id,
                            workspace_id, workspace_name, facts, body_hash, sealed_grant, progress_by, final_by, decide_at,
                            progress_due_at)
    SELECT gen_random_uuid(), organization_id, run_task_id, version_id, key_id, 'taskrs-' || w, 'post_plan', 'run-' || w,
           'ws', 'ws', jsonb_build_object('stage', 'post_plan', 'filler', repeat('x', 1500)), '', '\\x00',
           now() + interval '1 hour', now() + interval '1 hour', now() + interval '1 hour' + w * interval '1 ms',
           now() + interval '1 hour'
    FROM generate_series(1, ${waiting}) w JOIN seeded s ON s.n = ${owner};
  COMMIT;
  CREATE TABLE plain (id bigint PRIMARY KEY, added_at timestamptz NOT NULL, state text NOT NULL);
  INSERT INTO plain SELECT n, now() + n * interval '1 ms', 'waiting' FROM generate_series(1, ${waiting}) n;
  CREATE INDEX ON plain (added_at) WHERE state = 'waiting';
  ANALYZE`;

async function repeat(count: number, once: () => Promise<boolean>): Promise<Figures> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now();
    if (!(await once())) throw new Error('There was nothing to claim.');
    samples.push(performance.now() - startedAt);
  }
  return { 'p50 ms': median(samples), 'p99 ms': percentile(samples, 0.99) };
}
