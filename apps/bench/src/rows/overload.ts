import { setTimeout as sleep } from 'node:timers/promises';
import { closingAfter, type Closing } from '../closing.js';
import { percentile } from '../figures.js';
import { sendLoad, type Loaded } from '../load.js';
import { atLeast, atMost, type BenchContext, type Figures, type Measurement, type Row } from '../row.js';
import { smallPlan } from '../small-plan.js';
import { runAt, startPlatform, startRedis, type Platform } from '../stage.js';
import { BenchTerraform, type BenchHook } from '../terraform.js';
import { burst, onClock, send } from '../traffic.js';

const SECONDS = 180;
const TIMES = 10;
/** At most: a tenth of what goes through, so that it is within its share. */
const QUIET_PER_SECOND = 20;
/** Of the quiet organization after the overload: how long it may take until its waits are as they should be. */
const RECOVERED_WITHIN_SECONDS = 120;
const WAIT_MS = 100;
const WINDOW_SECONDS = 5;
const RATE_OVER = 3_000;
const CONNECTIONS = 16;

/** Ten times what goes through, of one organization, for minutes: what another one sees meanwhile and afterwards. */
export const overloadRow: Measurement = {
  name: 'overload',
  title: `${TIMES} × overload and recovery`,
  measure: (context) => closingAfter(context.closing, async (closing) => [await measure(context, closing)]),
};

async function measure({ database, scale, profileDir }: BenchContext, closing: Closing): Promise<Row> {
  const terraform = await BenchTerraform.start(smallPlan(), closing);
  const env = { REDIS_URL: await startRedis(closing) };
  const platform = await startPlatform({ database, roles: 'ingress,worker,api', profileDir, env, closing });
  const check = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };
  const runTask = { terraformOrigin: terraform.origin, checks: [check] };
  const quiet = await platform.createHook('quiet', runTask);
  const noisy = await platform.createHook('noisy', runTask);
  const rateOver = Math.ceil(RATE_OVER * scale);
  const caller = { terraform, origin: platform.url, hook: quiet };
  await burst(caller, rateOver);
  const endToEnd = (rateOver / (await burst(caller, rateOver))) * 1_000;

  const overloadSeconds = Math.max(10, SECONDS * scale);
  const afterSeconds = Math.max(20, RECOVERED_WITHIN_SECONDS * scale);
  const startedAt = await now(platform);
  const quietPerSecond = Math.min(QUIET_PER_SECOND, endToEnd / 10);
  const quietly = onClock(Math.ceil(quietPerSecond * (overloadSeconds + afterSeconds)), quietPerSecond, () =>
    send(platform.url, terraform.newRequest(quiet).request),
  );
  const overload = await flood(platform, terraform, noisy, { perSecond: TIMES * endToEnd, seconds: overloadSeconds });
  const endedAt = await now(platform);
  await quietly;
  await sleep(WINDOW_SECONDS * 1_000);

  const during = await waits(platform, startedAt, endedAt);
  const recovered = await recoveredAfter(platform, endedAt, afterSeconds);
  const offered = overload.latenciesMs.length / overloadSeconds;
  const figures: Figures = {
    'end to end/s': endToEnd,
    'offered/s': offered,
    'answered 503 %': (100 * (overload.statuses.get(503) ?? 0)) / overload.latenciesMs.length,
    'quiet p99 ms during': percentile(during, 0.99),
    'recovered after s': recovered,
    lost: (overload.statuses.get(200) ?? 0) - (await recorded(platform)),
  };
  return {
    name: `${overloadSeconds} s of overload by one organization, seen by another`,
    figures,
    baseline: null,
    targets: [
      atLeast('offered × end to end', offered / endToEnd, TIMES * 0.9),
      atMost('recovered after s', recovered, RECOVERED_WITHIN_SECONDS),
      atMost('lost', figures.lost ?? NaN, 0),
    ],
  };
}

/** Sends at a rate, or as fast as it is answered where that is less. */
function flood(
  platform: Platform,
  terraform: BenchTerraform,
  hook: BenchHook,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Loaded> {
  const startedAt = performance.now();
  let left = Math.ceil(perSecond * seconds);
  const next = (): Buffer | null =>
    left-- > 0 && performance.now() - startedAt < seconds * 1_000 ? terraform.newRequest(hook).request : null;
  return sendLoad({ origin: platform.url, connections: CONNECTIONS, next });
}

async function now(platform: Platform): Promise<Date> {
  const [row] = await runAt<{ now: Date }>(platform.databaseUrl, 'SELECT now()');
  if (row === undefined) throw new Error('The database does not know the time.');
  return row.now;
}

async function recorded(platform: Platform): Promise<number> {
  const [row] = await runAt<{ count: number }>(
    platform.databaseUrl,
    `SELECT count(*)::integer AS count FROM task_results t JOIN organizations o ON o.id = t.organization_id
     WHERE o.slug = 'noisy'`,
  );
  return row?.count ?? 0;
}

/** How long the quiet organization's task results of a time waited, milliseconds; infinity for what never started. */
async function waits(platform: Platform, from: Date, to: Date): Promise<readonly number[]> {
  const rows = await runAt<{ ms: number | null }>(
    platform.databaseUrl,
    `SELECT (extract(epoch FROM started_at - received_at) * 1000)::float8 AS ms FROM task_results t
     JOIN organizations o ON o.id = t.organization_id
     WHERE o.slug = 'quiet' AND received_at >= $1 AND received_at < $2`,
    [from, to],
  );
  return rows.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY);
}

/** Seconds from the end of the overload to the first window in which the quiet organization waited as it should. */
async function recoveredAfter(platform: Platform, endedAt: Date, seconds: number): Promise<number> {
  for (let at = 0; at + WINDOW_SECONDS <= seconds; at += WINDOW_SECONDS) {
    const from = new Date(endedAt.getTime() + at * 1_000);
    const window = await waits(platform, from, new Date(from.getTime() + WINDOW_SECONDS * 1_000));
    if (window.length > 0 && percentile(window, 0.99) <= WAIT_MS) return at;
  }
  return Number.POSITIVE_INFINITY;
}
