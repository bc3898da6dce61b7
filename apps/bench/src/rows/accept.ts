import { closingAfter, type Closing } from '../closing.js';
import { cpuMsBelow } from '../cpu.js';
import { median, percentile } from '../figures.js';
import { sendLoad, type Loaded } from '../load.js';
import { startProcess } from '../process.js';
import { atLeast, atMost, type BenchContext, type Figures, type Measurement, type Row } from '../row.js';
import { startPlatform } from '../stage.js';
import { BenchTerraform, type BenchHook } from '../terraform.js';

const CONNECTIONS = 32;
const REQUESTS = 20_000;
const WARM_UP = 3_000;
/** The two take turns, so that a busy moment of the machine meets both. */
const ROUNDS = 3;

/** Durable accept through the full stack, against the least that a durable accept can be. */
export const acceptRow: Measurement = {
  name: 'accept',
  title: 'durable accept',
  measure: (context) => closingAfter(context.closing, async (closing) => [await measure(context, closing)]),
};

async function measure({ database, scale, profileDir }: BenchContext, closing: Closing): Promise<Row> {
  const terraform = await BenchTerraform.start(Buffer.from('{}'), closing);
  const platform = await startPlatform({ database, roles: 'ingress,api', profileDir, closing });
  const hook = await platform.createHook('accept', { terraformOrigin: terraform.origin });
  const floor = await startProcess({
    args: ['dist/apps/bench/src/baselines/accept-floor.js', await database.create(), hook.hmacKey],
    ready: /^ready at (\S+)$/m,
    closing,
  });
  const sides = [
    { origin: platform.url, pid: platform.pid, rounds: new Array<Round>() },
    { origin: floor.told, pid: floor.pid, rounds: new Array<Round>() },
  ] as const;
  const load = (origin: string, count: number): Promise<Loaded> => sendRequests({ origin, terraform, hook, count });
  for (const { origin } of sides) await load(origin, Math.ceil(WARM_UP * scale));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { origin, pid, rounds } of sides) {
      const before = [cpuMsBelow(pid), cpuMsBelow(database.pid)] as const;
      const loaded = await load(origin, Math.ceil((REQUESTS * scale) / ROUNDS));
      rounds.push({
        ...loaded,
        serverMs: cpuMsBelow(pid) - before[0],
        postgresMs: cpuMsBelow(database.pid) - before[1],
      });
    }
  }
  const [figures, floorFigures] = [summary(sides[0].rounds), summary(sides[1].rounds)];
  const share = (figures['requests/s'] ?? 0) / (floorFigures['requests/s'] ?? 1);
  return {
    name: 'durable accept, full stack',
    figures: { ...figures, 'share of the floor': share },
    baseline: { name: 'raw node:http + HMAC + JSON + one durable insert', figures: floorFigures },
    targets: [atLeast('share of the floor', share, 0.6), atMost('p99 ms', figures['p99 ms'] ?? Number.NaN, 15)],
  };
}

interface Requests {
  readonly origin: string;
  readonly terraform: BenchTerraform;
  readonly hook: BenchHook;
  readonly count: number;
}

async function sendRequests({ origin, terraform, hook, count }: Requests): Promise<Loaded> {
  const requests = Array.from({ length: count }, () => terraform.newRequest(hook).request);
  const loaded = await sendLoad({ origin, connections: CONNECTIONS, next: () => requests.pop() ?? null });
  const answers = JSON.stringify([...loaded.statuses]);
  if (loaded.statuses.get(200) !== count) throw new Error(`Not every request was answered 200: ${answers}`);
  return loaded;
}

/** What was sent in one go, and what it cost. */
export interface Round extends Loaded {
  /** CPU of the server. */
  readonly serverMs: number;
  /** CPU of Postgres. */
  readonly postgresMs: number;
}

/** Rates, costs and latencies of all rounds together. */
export function summary(rounds: readonly Round[]): Figures {
  const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
  const seconds = rounds.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1_000;
  const perRequest = (part: (round: Round) => number): number =>
    (rounds.reduce((sum, round) => sum + part(round), 0) / latencies.length) * 1_000;
  return {
    'requests/s': latencies.length / seconds,
    'server CPU µs': perRequest(({ serverMs }) => serverMs),
    'Postgres CPU µs': perRequest(({ postgresMs }) => postgresMs),
    'p50 ms': median(latencies),
    'p99 ms': percentile(latencies, 0.99),
  };
}
