import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Assignment, CheckEnd, CheckRunner, FetchedPlan } from '../src/index.js';
import { aFinding } from './builders.js';

/** Plans in directories of their own; `left` says how many were not disposed of. */
export class TemporaryPlans {
  left = 0;

  async keep(source: AsyncIterable<Uint8Array>): Promise<FetchedPlan> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source) chunks.push(chunk);
    const directory = await mkdtemp(path.join(tmpdir(), 'rungate-test-'));
    const file = path.join(directory, 'plan.json');
    await writeFile(file, Buffer.concat(chunks));
    this.left++;
    const dispose = async (): Promise<void> => {
      await rm(directory, { recursive: true, force: true });
      this.left--;
    };
    return { path: file, bytes: Buffer.concat(chunks).byteLength, dispose };
  }
}

/** Judges without a sandbox: every check finds fault with a plan that deletes. */
export class DeletesFail implements CheckRunner {
  readonly ran: Assignment[] = [];

  async run(assignment: Assignment, ended: (end: CheckEnd) => void): Promise<void> {
    this.ran.push(assignment);
    const { plan, checks } = assignment;
    const deletes = plan !== null && (await readFile(plan.path, 'utf8')).includes('"delete"');
    const findings = deletes ? [aFinding({ severity: 'high' })] : [];
    for (const { name: check } of checks) {
      const report = { findings, summary: deletes ? 'deletes' : 'deletes nothing' };
      ended({ kind: 'reported', check, report, durationMs: 1, isolation: 'full', log: [] });
    }
  }
}
