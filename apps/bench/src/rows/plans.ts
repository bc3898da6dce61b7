import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { closingAfter, type Closing } from '../closing.js';
import { median } from '../figures.js';
import { writeLargePlan } from '../large-plan.js';
import { CHECKOUT } from '../process.js';
import { atMost, type BenchContext, type Figures, type Measurement, type Row } from '../row.js';

const MEGABYTE = 1e6;
const SIZE = 100 * MEGABYTE;
/** One that `JSON.parse` cannot read as one string. */
const LARGEST = 500 * MEGABYTE;
const ROUNDS = 5;
const READER = path.join(CHECKOUT, 'dist/apps/bench/src/baselines/read-plan.js');

/** As children of the runner are started (libs/sandbox, `child-command.ts`, `mask-main.ts`); the baseline is Node as it comes. */
const FLAGS: Readonly<Record<Way, readonly string[]>> = {
  parse: [],
  count: ['--max-semi-space-size=4'],
  mask: ['--max-semi-space-size=4', '--heap-growing-percent=25'],
};

const run = promisify(execFile);
type Way = 'parse' | 'count' | 'mask';

/** Reading and masking large plans, against `JSON.parse`, each in a process of its own. */
export const plansRow: Measurement = {
  name: 'plans',
  title: 'large plans',
  measure: (context) => closingAfter(context.closing, (closing) => measure(context, closing)),
};

async function measure({ scale }: BenchContext, closing: Closing): Promise<readonly Row[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'rungate-bench-'));
  closing.defer(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const plan = path.join(directory, 'plan.json');
  writeLargePlan({ path: plan, bytes: SIZE });
  const samples: Record<Way, Figures[]> = { parse: [], count: [], mask: [] };
  for (let round = 0; round < Math.max(1, Math.round(ROUNDS * scale)); round++) {
    for (const way of ['parse', 'count', 'mask'] as const) samples[way].push(await go(way, plan, directory));
  }
  const parse = medians(samples.parse);
  const largest = path.join(directory, 'largest.json');
  writeLargePlan({ path: largest, bytes: LARGEST });
  const memory = { count: await go('count', largest, directory), mask: await go('mask', largest, directory) };
  return [
    row('100 MB plan, changes counted', medians(samples.count), { parse, timeLimit: 0.6 }),
    row('100 MB plan, masked', medians(samples.mask), { parse, timeLimit: 2 }),
    ...(['count', 'mask'] as const).map((way) => ({
      name: `500 MB plan, ${way === 'count' ? 'changes counted' : 'masked'}`,
      figures: memory[way],
      baseline: null,
      targets: [atMost('peak MB', memory[way]['peak MB'] ?? Number.NaN, 128)],
    })),
  ];
}

/** CPU time is compared: it is the same on a machine that is busy. */
function row(name: string, figures: Figures, { parse, timeLimit }: { parse: Figures; timeLimit: number }): Row {
  const share = (figure: string): number => (figures[figure] ?? Number.NaN) / (parse[figure] ?? Number.NaN);
  const memoryTargets = timeLimit < 1 ? [atMost('share of its memory', share('peak MB'), 0.2)] : [];
  return {
    name,
    figures: { ...figures, 'share of its time': share('CPU ms'), 'share of its memory': share('peak MB') },
    baseline: { name: 'readFile and JSON.parse', figures: parse },
    targets: [atMost('share of its time', share('CPU ms'), timeLimit), ...memoryTargets],
  };
}

async function go(way: Way, plan: string, directory: string): Promise<Figures> {
  const masked = path.join(directory, 'masked.json');
  const flags = FLAGS[way];
  const { stdout } = await run(process.execPath, [...flags, READER, way, plan, masked]);
  rmSync(masked, { force: true });
  return z.record(z.string(), z.number()).parse(JSON.parse(stdout));
}

function medians(samples: readonly Figures[]): Figures {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map((sample) => sample[name] ?? Number.NaN))]));
}
