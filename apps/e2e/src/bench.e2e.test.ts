import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CHECKOUT, newDirectory } from './harness/checkout.js';
import { Child } from './harness/child.js';
import { cleanUp, onCleanup } from './harness/cleanup.js';
import { until } from './harness/until.js';

jest.setTimeout(180_000);

afterAll(cleanUp);

const rowsSchema = z.array(
  z.object({
    name: z.string(),
    figures: z.record(z.string(), z.number()),
    baseline: z.object({ name: z.string(), figures: z.record(z.string(), z.number()) }),
    targets: z.array(z.object({ text: z.string(), met: z.boolean() })),
  }),
);

function bench(...args: readonly string[]): Child {
  return new Child([path.join(CHECKOUT, 'dist/apps/bench/src/main.js'), ...args], {});
}

describe('npm run bench', () => {
  it('measures beside its baseline, and leaves nothing running', async () => {
    const file = path.join(newDirectory(), 'figures.json');
    const child = bench('--only', 'accept,delivered', '--scale', '0.005', '--json', file);
    expect(await child.ended()).toEqual({ code: 0, signal: null });
    const rows = rowsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(rows.map(({ name }) => name)).toEqual([
      'durable accept, full stack',
      'commit → check starts (Redis)',
      'webhook → verdict delivered, one trivial check, 100/s',
      'end to end, as fast as it goes',
    ]);
    for (const { figures, baseline } of rows) {
      expect(Object.values({ ...figures, ...baseline.figures }).filter((figure) => !(figure >= 0))).toEqual([]);
      expect(child.stdout).toContain(baseline.name);
    }
    expect(await child.leftovers()).toEqual([]);
  });

  it('answers signed requests in a flood of others, keeps no row for each of these, and no memory', async () => {
    const file = path.join(newDirectory(), 'figures.json');
    const child = bench('--only', 'ingress-flood', '--scale', '0.05', '--json', file);
    expect(await child.ended()).toEqual({ code: 0, signal: null });
    const [row] = rowsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    // How fast is for a quiet machine to say.
    const kept = row?.targets.filter(({ text }) => !text.startsWith('p99')).map(({ met }) => met);
    expect(kept).toEqual([true, true]);
    expect(row?.figures['bad requests/s']).toBeGreaterThan(0);
  });

  it('ends everything that it started when it is interrupted', async () => {
    const child = bench('--only', 'accept');
    await until('a platform to measure', 60_000, () => (child.descendants().length > 5 ? true : null));
    expect(await child.stop('SIGINT')).toEqual({ code: 130, signal: null });
    expect(await child.leftovers()).toEqual([]);
  });

  it('is reached by a signal that npm gets and passes on', async () => {
    const { scripts } = z.object({ scripts: z.object({ bench: z.string() }) }).parse(readManifest());
    // As npm runs it.
    const npm = spawn('sh', ['-c', `${scripts.bench} --only accept`], {
      cwd: CHECKOUT,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onCleanup(() => {
      endGroup(npm.pid);
    });
    await once(npm.stderr, 'data');
    const exit = once(npm, 'exit');
    npm.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
  });

  it.each([
    [
      '--only',
      'speed',
      'choose among accept, ingress-flood, organizations, delivered, claim, fairness, overload, memory, check, plans',
    ],
    ['--scale', '0', 'above 0 and at most 1'],
  ])('says what %s %s may be', async (option, value, remedy) => {
    const child = bench(option, value);
    expect((await child.ended()).code).not.toBe(0);
    expect(child.stderr).toContain(remedy);
  });
});

function readManifest(): unknown {
  return JSON.parse(readFileSync(path.join(CHECKOUT, 'package.json'), 'utf8'));
}

/** It is gone already, unless the test failed. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
