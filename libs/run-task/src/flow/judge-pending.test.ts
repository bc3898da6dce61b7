import { aCheck, aCheckResult, reported } from '../../testing/builders.js';
import { FakePlans } from '../../testing/outside.js';
import { FakeQuarantineWatch } from '../../testing/quarantines.js';
import { TaskResultScene } from '../../testing/scene.js';
import type { CheckEnd } from '../model/check.js';
import type { Assignment, CheckRunner, Lease } from '../ports.js';
import { evaluate, type Evaluated } from './evaluate.js';

/** Notes the names of each assignment; a check whose name is in `ends` ends the sandbox of all that run. */
class FragileRunner implements CheckRunner {
  readonly runs: (readonly string[])[] = [];

  constructor(private readonly ends: readonly string[] = []) {}

  run({ checks }: Assignment, ended: (end: CheckEnd) => void): Promise<void> {
    const names = checks.map(({ name }) => name);
    this.runs.push(names);
    let lost = false;
    for (const name of names) {
      lost ||= this.ends.includes(name);
      ended(lost ? errored(name) : reported(name));
    }
    return Promise.resolve();
  }
}

function errored(check: string): CheckEnd {
  const detail = 'The sandbox ended while the check ran.';
  return { kind: 'errored', check, reason: 'sandbox_lost', detail, durationMs: 0, isolation: null, log: [] };
}

class Scene extends TaskResultScene {
  quarantine = new FakeQuarantineWatch();

  constructor() {
    super({ checks: ['a', 'b', 'c'].map((name) => aCheck({ name })) });
  }

  async evaluate(runner: CheckRunner, lease?: Lease): Promise<Evaluated> {
    const { tasks, clock } = this.store;
    const catalogue = { needsPlan: () => false };
    const ports = { tasks, plans: new FakePlans(), runner, catalogue, clock, quarantine: this.quarantine };
    return evaluate(ports, lease ?? (await this.lease()), new AbortController().signal);
  }

  /** Claims it so often without finishing it: each time the worker is lost. */
  async lose(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await this.lease();
      this.store.clock.advance(10_001);
    }
  }

  get failures(): Readonly<Record<string, string | null>> {
    return Object.fromEntries(this.row.results.map(({ name, failure }) => [name, failure]));
  }
}

describe('checks that end more than themselves', () => {
  it('one that ends the sandbox costs the others nothing, and counts as a death', async () => {
    const scene = new Scene();
    const runner = new FragileRunner(['b']);
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([['a', 'b', 'c'], ['b'], ['c']]);
    expect(scene.failures).toEqual({ a: null, b: 'crashed', c: null });
    expect(scene.quarantine.deaths).toEqual(['b']);
    expect(scene.row.taskResult).toMatchObject({ verdict: 'failed' });
  });

  it('after one lost worker nothing is different', async () => {
    const scene = new Scene();
    await scene.lose(1);
    const runner = new FragileRunner();
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([['a', 'b', 'c']]);
  });

  it('after two lost workers each runs alone, and its result is saved before the next begins', async () => {
    const scene = new Scene();
    await scene.lose(2);
    const runner = new FragileRunner();
    const saved: number[] = [];
    const run = runner.run.bind(runner);
    runner.run = (assignment, ended) => {
      saved.push(scene.row.results.length);
      return run(assignment, ended);
    };
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([['a'], ['b'], ['c']]);
    expect(saved).toEqual([0, 1, 2]);
  });

  it('one that ran alone when its worker was lost is not tried again; its siblings go on', async () => {
    const scene = new Scene();
    await scene.lose(2);
    const lease = await scene.lease();
    await scene.store.tasks.saveCheckResults(lease, [aCheckResult({ name: 'a' })]);
    await scene.store.tasks.tryAlone(lease, 'b');
    scene.store.clock.advance(10_001);
    const runner = new FragileRunner();
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([['c']]);
    expect(scene.failures).toEqual({ a: null, b: 'crashed', c: null });
    expect(scene.quarantine.deaths).toEqual(['b']);
  });

  it('a task result that is lost again and again before a check runs is given up, and says so', async () => {
    const scene = new Scene();
    await scene.lose(6);
    const runner = new FragileRunner();
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([]);
    expect(scene.failures).toEqual({ a: 'sandbox_lost', b: 'sandbox_lost', c: 'sandbox_lost' });
    expect(scene.row.results[0]?.message).toContain('6 workers that began to judge this run ended');
    expect(scene.quarantine.deaths).toEqual([]);
  });

  it('leases that were given back do not count', async () => {
    const scene = new Scene();
    for (let i = 0; i < 9; i++) await scene.store.schedule.release('worker-1', [await scene.lease()]);
    const runner = new FragileRunner();
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([['a', 'b', 'c']]);
  });

  it('one in quarantine does not run, fails, and says why; it is no new death', async () => {
    const scene = new Scene();
    scene.quarantine = new FakeQuarantineWatch(['b']);
    const runner = new FragileRunner();
    await scene.evaluate(runner);
    expect(runner.runs).toEqual([['a', 'c']]);
    expect(scene.failures).toEqual({ a: null, b: 'quarantined', c: null });
    expect(scene.row.results.find(({ name }) => name === 'b')?.message).toContain('it is in quarantine');
    expect(scene.row.taskResult).toMatchObject({ verdict: 'failed' });
    expect(scene.quarantine.deaths).toEqual([]);
  });
});
