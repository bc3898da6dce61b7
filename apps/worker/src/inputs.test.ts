import { runFacts, type Assignment, type CheckRunner, type KeptInput } from '@rungate/run-task';
import { aRequest } from '@rungate/run-task/testing';
import { Inputs } from './inputs.js';

const MEGABYTE = 1_024 * 1_024;

class Scene {
  readonly kept: (readonly KeptInput[])[] = [];
  readonly warned: string[] = [];
  broken = false;
  readonly inputs = new Inputs({
    inputs: {
      keep: (_, inputs) => this.keep(inputs),
      load: () => Promise.resolve(null),
      record: () => Promise.resolve(),
    },
    log: { info: () => undefined, error: () => undefined, warn: (moment) => void this.warned.push(moment) },
  });

  /** Runs an assignment whose masked plan is this. */
  async judge(organizationId: string, gzip: Uint8Array | null): Promise<void> {
    const runner: CheckRunner = {
      run: ({ masked }) => {
        masked?.({ gzip, changes: null });
        return Promise.resolve();
      },
    };
    const run = runFacts({ request: aRequest() });
    const assignment: Assignment = { organizationId, taskResultId: 'a', run, plan: null, checks: [] };
    await this.inputs.keepingThoseOf(runner).run(assignment, () => undefined, new AbortController().signal);
  }

  keep(inputs: readonly KeptInput[]): Promise<void> {
    if (this.broken) return Promise.reject(new Error('away'));
    this.kept.push(inputs);
    return Promise.resolve();
  }
}

describe('masked plans', () => {
  it('are written later, those of one organization together', async () => {
    const scene = new Scene();
    await scene.judge('acme', Buffer.from('1'));
    await scene.judge('globex', null);
    await scene.judge('acme', Buffer.from('2'));
    expect(scene.kept).toEqual([]);
    await scene.inputs.write();
    expect(
      scene.kept.map((inputs) => inputs.map(({ organizationId, plan }) => [organizationId, plan.gzip?.length])),
    ).toEqual([
      [
        ['acme', 1],
        ['acme', 1],
      ],
      [['globex', undefined]],
    ]);
    await scene.inputs.write();
    expect(scene.kept).toHaveLength(2);
  });

  it('are written before the worker ends', async () => {
    const scene = new Scene();
    await scene.judge('acme', Buffer.from('1'));
    await scene.inputs.stop();
    expect(scene.kept).toHaveLength(1);
  });

  it('are not all held in memory, nor all in one statement', async () => {
    const scene = new Scene();
    for (let count = 0; count < 10; count++) await scene.judge('acme', Buffer.alloc(7 * MEGABYTE));
    await scene.inputs.write();
    expect(scene.kept.map((inputs) => inputs.length)).toEqual([2, 2, 2, 2, 1]);
    expect(scene.warned).toEqual(['plans were not kept']);
  });

  it('hold nothing up when they cannot be written', async () => {
    const scene = new Scene();
    scene.broken = true;
    await scene.judge('acme', Buffer.from('1'));
    await expect(scene.inputs.write()).rejects.toThrow('away');
    scene.broken = false;
    await scene.inputs.write();
    expect(scene.kept).toEqual([]);
  });
});
