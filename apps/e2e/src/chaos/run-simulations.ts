import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { CHECKOUT } from '../harness/checkout.js';
import type { Summary } from './summary.js';

/** Runs simulated schedules on every core, in a process of their own: it says what it does, and tells the story of one that fails. */
export async function runSimulations(count: number, seed: number, summary: Summary): Promise<void> {
  const startedAt = performance.now();
  const args = ['--simulated', String(count), '--seed', String(seed)];
  const child = spawn(process.execPath, [path.join(CHECKOUT, 'tools/simulate.mjs'), ...args], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'close');
  summary.add({
    name: `${count} simulated schedules from seed ${seed}`,
    seconds: (performance.now() - startedAt) / 1_000,
    history: null,
    violations: [],
    error: child.exitCode === 0 ? null : new Error('a promise was broken, or they could not be run'),
  });
}
