import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { closingAfter, type Closing } from '../closing.js';
import { cpuMsBelow } from '../cpu.js';
import { median, percentile } from '../figures.js';
import { postRequest, sendLoad, type Loaded } from '../load.js';
import { atMost, type BenchContext, type Figures, type Measurement, type Row } from '../row.js';
import { runAt, startPlatform, type Platform } from '../stage.js';
import { BenchTerraform, type BenchHook } from '../terraform.js';

const SIGNED = 6_000;
const SIGNED_CONNECTIONS = 4;
const WARM_UP = 500;
/** Where the flood comes from: other addresses of loopback. */
const FLOODERS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
const FLOOD_CONNECTIONS = 4;
/** Bad requests sent before the flood is measured: the first ones are read, since their budget is not yet spent. */
const SPENDING = 1_000;
/** Refusals and audit events that a flood may leave: a row for each reason and minute of the one hook. */
const MOST_ROWS = 20;

/** Signed requests beside a flood of unsigned and wrongly signed ones, and what a bad request costs. */
export const ingressFloodRow: Measurement = {
  name: 'ingress-flood',
  title: 'signed requests in a flood of others',
  measure: (context) => closingAfter(context.closing, async (closing) => [await measure(context, closing)]),
};

async function measure({ database, scale, profileDir }: BenchContext, closing: Closing): Promise<Row> {
  const terraform = await BenchTerraform.start(Buffer.from('{}'), closing);
  const platform = await startPlatform({ database, roles: 'ingress,api', profileDir, closing });
  const hook = await platform.createHook('flood', { terraformOrigin: terraform.origin });
  const signed = (count: number): Promise<Loaded> => sendSigned(platform.url, terraform, hook, count);
  await signed(Math.ceil(WARM_UP * scale));
  const quiet = await signed(Math.ceil(SIGNED * scale));
  const unknown = await costOfBad(platform, scale, unknownHook);
  const wrong = await costOfBad(platform, scale, () => wronglySigned(hook));
  const before = memoryMb(platform.pid);
  const flood = startFlood(platform.url, hook);
  const beside = await signed(Math.ceil(SIGNED * scale));
  const flooded = await flood.stop();
  const grown = memoryMb(platform.pid) - before;
  const rows = await refusalRows(platform.databaseUrl);
  const figures: Figures = {
    ...latencies(beside),
    'bad requests/s': (flooded.count / beside.tookMs) * 1_000,
    'CPU µs of a wrong signature': wrong,
    'CPU µs of an unknown hook': unknown,
    'memory grown MB': grown,
    'rows of refusals': rows,
  };
  return {
    name: 'signed requests in a flood of bad ones',
    figures,
    baseline: { name: 'the same without the flood', figures: latencies(quiet) },
    targets: [
      atMost('p99 ms', figures['p99 ms'] ?? Number.NaN, 15),
      atMost('memory grown MB', grown, 64),
      atMost('rows of refusals', rows, MOST_ROWS),
    ],
  };
}

function latencies({ latenciesMs, tookMs }: Loaded): Figures {
  return {
    'requests/s': (latenciesMs.length / tookMs) * 1_000,
    'p50 ms': median(latenciesMs),
    'p99 ms': percentile(latenciesMs, 0.99),
  };
}

async function sendSigned(origin: string, terraform: BenchTerraform, hook: BenchHook, count: number): Promise<Loaded> {
  const requests = Array.from({ length: count }, () => terraform.newRequest(hook).request);
  const loaded = await sendLoad({ origin, connections: SIGNED_CONNECTIONS, next: () => requests.pop() ?? null });
  requireOnly(loaded, 200, count);
  return loaded;
}

/** CPU of server and Postgres for one bad request of a kind, once its senders have spent their budget. */
async function costOfBad({ url, pid }: Platform, scale: number, make: () => Buffer): Promise<number> {
  await sendBad(url, SPENDING, make);
  const count = Math.ceil(SIGNED * scale);
  const before = cpuMsBelow(pid);
  await sendBad(url, count, make);
  return ((cpuMsBelow(pid) - before) / count) * 1_000;
}

async function sendBad(origin: string, count: number, make: () => Buffer): Promise<void> {
  let left = count;
  const next = (): Buffer | null => (left-- > 0 ? make() : null);
  const [from = ''] = FLOODERS;
  requireOnly(await sendLoad({ origin, connections: FLOOD_CONNECTIONS, from, next }), 401, count);
}

interface Flood {
  /** Ends it, and tells how many requests it had. */
  stop(): Promise<{ readonly count: number }>;
}

function startFlood(origin: string, hook: BenchHook): Flood {
  let isOver = false;
  const kinds = [() => unsigned(hook), () => wronglySigned(hook), unknownHook];
  let turn = 0;
  const next = (): Buffer | null => (isOver ? null : (kinds[turn++ % kinds.length]?.() ?? null));
  const flooding = Promise.all(
    FLOODERS.map((from) => sendLoad({ origin, connections: FLOOD_CONNECTIONS, from, next })),
  );
  return {
    async stop() {
      isOver = true;
      const loads = await flooding;
      for (const load of loads) requireOnly(load, 401, load.latenciesMs.length);
      return { count: loads.reduce((sum, { latenciesMs }) => sum + latenciesMs.length, 0) };
    },
  };
}

/** Not JSON, and of no importance: nothing is parsed before its signature. */
const BODY = Buffer.alloc(2_000, '{');

function unsigned(hook: BenchHook): Buffer {
  return postRequest(new URL(hook.url).pathname, {}, BODY);
}

function wronglySigned(hook: BenchHook): Buffer {
  return postRequest(new URL(hook.url).pathname, { 'x-tfc-task-signature': WRONG }, BODY);
}

function unknownHook(): Buffer {
  return postRequest(`/hooks/${randomBytes(16).toString('hex')}`, { 'x-tfc-task-signature': WRONG }, BODY);
}

const WRONG = createHmac('sha512', 'a key that nobody has').update(BODY).digest('hex');

function requireOnly({ statuses }: Loaded, status: number, count: number): void {
  if ((statuses.get(status) ?? 0) === count) return;
  throw new Error(`Not all of ${count} requests were answered ${status}: ${JSON.stringify([...statuses])}`);
}

async function refusalRows(databaseUrl: string): Promise<number> {
  const [row] = await runAt<{ rows: number }>(
    databaseUrl,
    `SELECT ((SELECT count(*) FROM refusals) + (SELECT count(*) FROM audit_events WHERE action LIKE '%refus%'))::integer AS rows`,
  );
  return row?.rows ?? 0;
}

/** Memory of a process that is in use, MB (proc_pid_status(5)); 0 where there is no /proc. */
function memoryMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
