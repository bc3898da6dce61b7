import { setTimeout as sleep } from 'node:timers/promises';
import { closingAfter, type Closing } from '../closing.js';
import { median, percentile } from '../figures.js';
import { inTurns } from '../in-turns.js';
import { sendLoad } from '../load.js';
import { atLeast, atMost, type BenchContext, type Figures, type Measurement, type Row } from '../row.js';
import { smallPlan } from '../small-plan.js';
import { runAt, startPlatform, startRedis, type Platform } from '../stage.js';
import { BenchTerraform, type BenchHook } from '../terraform.js';
import { burstTo, onClock, send } from '../traffic.js';

const QUIET = 5_000;
const WAITING = 200_000;
/** Organizations with the same backlog each, one after another in the order of deadlines. */
const EQUALS = 10;
const WAITING_OF_EQUAL = 2_000;
const SECONDS = 30;
const MOST_PER_SECOND = 300;
const CONNECTIONS = 16;
/** After the start of a worker, whose first evaluations start children. */
const SETTLED_AFTER_MS = 5_000;
/** Requests that tell how much goes through end to end. */
const RATE_OVER = 3_000;

/** What quiet organizations wait for behind the backlog of another, and whether equal ones get the same. */
export const fairnessRow: Measurement = {
  name: 'fairness',
  title: `${WAITING} waiting of one organization against ${QUIET} quiet ones`,
  measure: (context) => closingAfter(context.closing, async (closing) => [await measure(context, closing)]),
};

async function measure(context: BenchContext, outer: Closing): Promise<Row> {
  const ours = await closingAfter(outer, (closing) => measureSide(context, closing, null));
  const fifo = await closingAfter(outer, (closing) => measureSide(context, closing, FIRST_DEADLINE_FIRST));
  return {
    name: `quiet organizations behind ${Math.ceil(WAITING * context.scale)} waiting of another`,
    figures: ours,
    baseline: { name: 'the same, earliest deadline first', figures: fifo },
    targets: [
      atMost('quiet p99 ms', ours['quiet p99 ms'] ?? NaN, 100),
      atLeast('quiet started %', ours['quiet started %'] ?? NaN, 100),
      atLeast('Jain index of equals', ours['Jain index of equals'] ?? NaN, 0.95),
    ],
  };
}

/** @param replacement SQL that puts another claim in the place of ours; null: ours */
async function measureSide(
  { database, scale, profileDir }: BenchContext,
  closing: Closing,
  replacement: string | null,
): Promise<Figures> {
  const terraform = await BenchTerraform.start(smallPlan(), closing);
  const env = { REDIS_URL: await startRedis(closing), RUNGATE_API_REQUESTS_PER_SECOND: '100000' };
  const platform = await startPlatform({ database, roles: 'ingress,api', profileDir, env, closing });
  if (replacement !== null) await runAt(platform.databaseUrl, replacement);
  const check = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };
  const make = (kind: string) => (number: number) =>
    platform.createHook(`${kind}-${number}`, { terraformOrigin: terraform.origin, checks: [check] });
  const quiet = await inTurns(Math.ceil(QUIET * scale), make('quiet'));
  const [noisy, ...equals] = await inTurns(1 + EQUALS, make('busy'));
  if (noisy === undefined) throw new Error('There is no noisy organization.');

  const caller = { terraform, origin: platform.url, hooks: quiet };
  const rateOver = Math.ceil(RATE_OVER * scale);
  const worker = await platform.startRole('worker');
  await burstTo(caller, rateOver);
  const endToEnd = (rateOver / (await burstTo(caller, rateOver))) * 1_000;
  await worker.end();

  for (const equal of equals) await fill(platform, terraform, equal, Math.max(300, WAITING_OF_EQUAL * scale));
  await fill(platform, terraform, noisy, WAITING * scale);
  await platform.startRole('worker');
  await sleep(SETTLED_AFTER_MS);
  const since = await now(platform);
  const perSecond = Math.min(MOST_PER_SECOND, endToEnd / 2);
  const seconds = Math.max(10, SECONDS * scale);
  await onClock(Math.ceil(perSecond * seconds), perSecond, async (index) => {
    const hook = quiet[index % quiet.length];
    // Its verdict may never come: that is what is measured.
    if (hook !== undefined) await send(platform.url, terraform.newRequest(hook).request);
  });
  return { ...(await figures(platform, since)), 'quiet/s': perSecond, 'end to end/s': endToEnd };
}

/** Sends one organization's backlog while nobody works. */
async function fill(platform: Platform, terraform: BenchTerraform, hook: BenchHook, count: number): Promise<void> {
  let left = Math.ceil(count);
  const next = (): Buffer | null => (left-- > 0 ? terraform.newRequest(hook).request : null);
  const { statuses } = await sendLoad({ origin: platform.url, connections: CONNECTIONS, next });
  const recorded = statuses.get(200) ?? 0;
  if (recorded !== Math.ceil(count)) throw new Error(`Only ${recorded} of ${count} were recorded.`);
}

async function now(platform: Platform): Promise<Date> {
  const [row] = await runAt<{ now: Date }>(platform.databaseUrl, 'SELECT now()');
  if (row === undefined) throw new Error('The database does not know the time.');
  return row.now;
}

/** What became of those that came since, and who was served meanwhile. From the start of the transaction that stored it. */
async function figures(platform: Platform, since: Date): Promise<Figures> {
  const waits = await runAt<{ ms: number | null }>(
    platform.databaseUrl,
    `SELECT (extract(epoch FROM started_at - received_at) * 1000)::float8 AS ms FROM task_results t
     JOIN organizations o ON o.id = t.organization_id WHERE o.slug LIKE 'quiet-%' AND received_at > $1
       AND received_at < (SELECT max(received_at) FROM task_results) - interval '1 second'`,
    [since],
  );
  const served = await runAt<{ count: number }>(
    platform.databaseUrl,
    `SELECT count(t.id)::integer AS count FROM organizations o
     LEFT JOIN task_results t ON o.id = t.organization_id AND t.started_at > $1
     WHERE o.slug LIKE 'busy-%' AND o.slug <> 'busy-0' GROUP BY o.id`,
    [since],
  );
  const started = waits.flatMap(({ ms }) => (ms === null ? [] : [ms]));
  return {
    'quiet p50 ms': median(waits.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY)),
    'quiet p99 ms': percentile(
      waits.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY),
      0.99,
    ),
    'quiet started %': (100 * started.length) / waits.length,
    'Jain index of equals': jain(served.map(({ count }) => count)),
  };
}

/** 1 when all have the same, 1/n when one has all. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}

const FIRST_DEADLINE_FIRST = `
  CREATE OR REPLACE FUNCTION claim_task_results(worker text, slots integer, lease_ms double precision)
  RETURNS TABLE (
    organization_id uuid, id uuid, epoch integer, attempt integer, lease_until timestamptz, charged_ms double precision
  )
  LANGUAGE sql AS $$
    WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true)), ready AS (
      SELECT id, organization_id FROM task_results
      WHERE verdict IS NULL AND decide_at > now()
        AND (state = 'accepted' OR (state = 'evaluating' AND lease_until <= now()))
      ORDER BY decide_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE task_results t
    SET state = 'evaluating', epoch = t.epoch + 1, attempt = t.attempt + 1, leased_by = worker,
        lease_until = now() + lease_ms * interval '1 millisecond', started_at = coalesce(t.started_at, now())
    FROM relaxed, ready WHERE t.id = ready.id AND t.organization_id = ready.organization_id
    RETURNING t.organization_id, t.id, t.epoch, t.attempt, t.lease_until, 0::double precision
  $$`;
