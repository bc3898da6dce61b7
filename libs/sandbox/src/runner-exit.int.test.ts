import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { areGone, environmentOf, processTree } from '../testing/processes.js';

jest.setTimeout(60_000);

const COMPILED = path.resolve(__dirname, '../../../dist/libs/sandbox/src/index.js');
const FIXTURE = path.resolve(__dirname, '../testing/fixtures/worker.cjs');
const directory = mkdtempSync(path.join(tmpdir(), 'rungate-exit-test-'));

let worker: ChildProcess | null = null;

afterAll(() => {
  worker?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

describe('a worker that dies', () => {
  it('takes its runner and every child with it, also one that spins, and none had its environment', async () => {
    worker = spawn(process.execPath, [FIXTURE, COMPILED, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { RUNGATE_MASTER_KEY: 'planted-canary' },
    });
    await firstLine(worker);
    const pids = processTree(worker.pid ?? 0).map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    expect(environmentOf(worker.pid ?? 0)).toContain('planted-canary');
    for (const pid of pids.filter((child) => child !== worker?.pid)) {
      // PWD is bubblewrap's: the directory inside.
      const others = environmentOf(pid)
        .split('\0')
        .filter((entry) => entry !== 'PWD=/in');
      expect(others.sort()).toEqual(['', 'LANG=C.UTF-8', expect.stringMatching(/^PATH=/)]);
    }
    worker.kill('SIGKILL');
    expect(await areGone(pids)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });
});

function firstLine({ stdout }: ChildProcess): Promise<unknown> {
  if (stdout === null) throw new Error('the worker has no standard output');
  const lines = createInterface({ input: stdout });
  return new Promise((resolve) => lines.once('line', resolve));
}
