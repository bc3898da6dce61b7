import { closingAfter, type Closing } from '../closing.js';
import { cpuMsBelow } from '../cpu.js';
import { sendLoad, type Loaded } from '../load.js';
import { atLeast, type BenchContext, type Measurement, type Row } from '../row.js';
import { startPlatform } from '../stage.js';
import { BenchTerraform, type BenchHook } from '../terraform.js';
import { inTurns } from '../in-turns.js';
import { summary, type Round } from './accept.js';

const ORGANIZATIONS = 5_000;
const REQUESTS = 20_000;
const WARM_UP = 5_000;
const ROUNDS = 4;
const CONNECTIONS = 32;

/** Durable accept for many organizations in turns, against the same for one: each has a trail and limits of its own. */
export const organizationsRow: Measurement = {
  name: 'organizations',
  title: 'durable accept with many organizations',
  measure: (context) => closingAfter(context.closing, async (closing) => [await measure(context, closing)]),
};

async function measure({ database, scale, profileDir }: BenchContext, closing: Closing): Promise<Row> {
  const terraform = await BenchTerraform.start(Buffer.from('{}'), closing);
  const count = Math.ceil(ORGANIZATIONS * scale);
  const sides = [await side(1), await side(count)] as const;

  async function side(organizations: number) {
    // The onboarding is not what is measured.
    const env = { RUNGATE_API_REQUESTS_PER_SECOND: '100000' };
    const platform = await startPlatform({ database, roles: 'ingress,api', profileDir, env, closing });
    const make = (number: number): Promise<BenchHook> =>
      platform.createHook(`org-${number}`, { terraformOrigin: terraform.origin });
    return { platform, hooks: await inTurns(organizations, make), rounds: new Array<Round>() };
  }

  /** To the hooks in turns; a caller sends again what is answered 503, and it is counted here. */
  function send(origin: string, hooks: readonly BenchHook[], count: number): Promise<Loaded> {
    let sent = 0;
    const next = (): Buffer | null => {
      const hook = hooks[sent % hooks.length];
      return sent++ < count && hook !== undefined ? terraform.newRequest(hook).request : null;
    };
    return sendLoad({ origin, connections: CONNECTIONS, next });
  }

  for (const { platform, hooks } of sides) await send(platform.url, hooks, Math.ceil(WARM_UP * scale));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { platform, hooks, rounds } of sides) {
      const before = [cpuMsBelow(platform.pid), cpuMsBelow(database.pid)] as const;
      const loaded = await send(platform.url, hooks, Math.ceil((REQUESTS * scale) / ROUNDS));
      const [serverMs, postgresMs] = [cpuMsBelow(platform.pid) - before[0], cpuMsBelow(database.pid) - before[1]];
      rounds.push({ ...loaded, serverMs, postgresMs });
    }
  }
  const [one, many] = [summary(sides[0].rounds), summary(sides[1].rounds)];
  const share = (many['requests/s'] ?? 0) / (one['requests/s'] ?? 1);
  return {
    name: `durable accept with ${count} organizations`,
    figures: { ...many, 'share of one': share, 'answered 503': refused(sides[1].rounds) },
    baseline: { name: 'the same with one organization', figures: { ...one, 'answered 503': refused(sides[0].rounds) } },
    targets: [atLeast('share of one', share, 0.9)],
  };
}

function refused(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { statuses }) => sum + (statuses.get(503) ?? 0), 0);
}
