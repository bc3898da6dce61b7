import { aCheck, aCheckResult, aFinding, reported } from '../../testing/builders.js';
import { FakePlans, ScriptedRunner } from '../../testing/outside.js';
import { FakeQuarantineWatch } from '../../testing/quarantines.js';
import { TaskResultScene, type SceneSettings } from '../../testing/scene.js';
import type { CheckEnd } from '../model/check.js';
import type { CheckRunner, Lease, TaskStore } from '../ports.js';
import { evaluate, type Evaluated } from './evaluate.js';

const GUARD = aCheck({ name: 'guard', use: 'reads-plan' });
const NAMES = aCheck({ name: 'names', use: 'reads-nothing' });

class Scene extends TaskResultScene {
  readonly plans = new FakePlans();
  quarantine = new FakeQuarantineWatch();
  readonly stop = new AbortController();

  constructor(settings: SceneSettings = {}) {
    super({ checks: [GUARD, NAMES], ...settings });
  }

  async evaluate(runner: CheckRunner, given: { lease?: Lease; tasks?: TaskStore } = {}): Promise<Evaluated> {
    const { clock } = this.store;
    const { tasks = this.store.tasks, lease = await this.lease() } = given;
    const catalogue = { needsPlan: (use: string) => use === 'reads-plan' };
    const ports = { tasks, plans: this.plans, runner, catalogue, clock, quarantine: this.quarantine };
    return evaluate(ports, lease, this.stop.signal);
  }

  get statuses(): Record<string, string> {
    return Object.fromEntries(this.row.results.map(({ name, status }) => [name, status]));
  }

  get message(): string | undefined {
    return this.row.deliveries[0]?.callback.data.attributes.message;
  }
}

describe('evaluate', () => {
  it('runs the checks over the plan and decides, all in one commit', async () => {
    const scene = new Scene();
    const runner = new ScriptedRunner();
    expect(await scene.evaluate(runner)).toMatchObject({ kind: 'decided' });
    expect(scene.row.taskResult).toEqual({ state: 'decided', epoch: 1, verdict: 'passed' });
    expect(scene.statuses).toEqual({ guard: 'passed', names: 'passed' });
    expect(runner.assignments).toMatchObject([
      {
        organizationId: scene.row.organizationId,
        taskResultId: 'task-result-1',
        checks: [GUARD, NAMES],
        plan: { path: '/plans/1/plan.json' },
      },
    ]);
    expect(scene.plans.requests).toEqual([
      {
        organizationId: scene.row.organizationId,
        taskResultId: 'task-result-1',
        url: 'https://app.terraform.io/api/v2/plans/plan-1/json-output',
        accessToken: 'a-token.atlasv1.of-this-run',
        terraformOrigin: 'https://app.terraform.io',
        downloadOrigins: ['https://archivist.terraform.io'],
        originRecords: [],
      },
    ]);
    expect(scene.plans.onDisk).toBe(0);
  });

  it('hands over the first delivery just as the store would load it', async () => {
    const scene = new Scene();
    const answer = await scene.evaluate(new ScriptedRunner());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    expect(await scene.store.tasks.loadDelivery(answer.delivery)).toEqual(answer.delivery);
  });

  it('tells checks about the run, and gives them nothing that grants anything', async () => {
    const scene = new Scene({ facts: { vcs_branch: 'main', run_message: 'hello', is_speculative: true } });
    const runner = new ScriptedRunner();
    await scene.evaluate(runner);
    expect(runner.assignments[0]?.run).toEqual({
      stage: 'post_plan',
      organizationName: 'acme-corp',
      workspaceId: 'ws-1',
      workspaceName: 'network',
      workspaceWorkingDirectory: null,
      runId: 'run-1',
      runMessage: 'hello',
      runCreatedAt: null,
      runCreatedBy: 'olivia',
      isSpeculative: true,
      vcsBranch: 'main',
      vcsRepoUrl: null,
      vcsCommitUrl: null,
      vcsPullRequestUrl: null,
    });
    expect(JSON.stringify(runner.assignments)).not.toMatch(/atlasv1|task-results|json-output/);
  });

  it('fails when a mandatory check fails', async () => {
    const scene = new Scene();
    const runner = new ScriptedRunner((assignment, ended) => {
      for (const { name } of assignment.checks) ended(reported(name, name === 'guard' ? [aFinding()] : []));
    });
    await scene.evaluate(runner);
    expect(scene.row.taskResult).toMatchObject({ state: 'decided', verdict: 'failed' });
    expect(scene.message).toBe('Blocked: 1 of 2 checks failed — aws_db_instance.main would be replaced (guard).');
  });

  it('fetches no plan that nobody needs', async () => {
    const scene = new Scene({ checks: [NAMES] });
    const runner = new ScriptedRunner();
    await scene.evaluate(runner);
    expect(scene.plans.requests).toEqual([]);
    expect(runner.assignments).toMatchObject([{ plan: null, checks: [NAMES] }]);
  });

  it('passes a stage for which there is no check, without running anything', async () => {
    const scene = new Scene({ facts: { stage: 'pre_apply' } });
    const runner = new ScriptedRunner();
    await scene.evaluate(runner);
    expect(runner.assignments).toEqual([]);
    expect(scene.message).toBe('Passed: no check is configured for pre_apply.');
  });

  it('fails only the checks that need the plan when it cannot be had', async () => {
    const scene = new Scene();
    scene.plans.unavailable = 'The plan could not be downloaded: HTTP 401.';
    const runner = new ScriptedRunner();
    await scene.evaluate(runner);
    expect(runner.assignments).toMatchObject([{ checks: [NAMES], plan: null }]);
    expect(scene.statuses).toEqual({ guard: 'errored', names: 'passed' });
    expect(scene.row.results.find(({ name }) => name === 'guard')?.failure).toBe('plan_unavailable');
    expect(scene.message).toContain('could not judge: The plan could not be downloaded: HTTP 401 (guard)');
  });

  it('says so when the request named no plan', async () => {
    const scene = new Scene({ planJsonUrl: null, checks: [GUARD] });
    const runner = new ScriptedRunner();
    await scene.evaluate(runner);
    expect(scene.plans.requests).toEqual([]);
    expect(runner.assignments).toEqual([]);
    expect(scene.message).toContain('The request named no plan');
  });

  it('does not let a check pass that the runner forgot, nor one that it made up', async () => {
    const scene = new Scene();
    const runner = new ScriptedRunner((_, ended) => {
      ended(reported('names'));
      ended(reported('names', [aFinding()]));
      ended(reported('never-configured', [aFinding()]));
    });
    await scene.evaluate(runner);
    expect(scene.statuses).toEqual({ guard: 'errored', names: 'passed' });
    expect(scene.message).toContain('could not judge: the runner gave no result (guard)');
  });

  it('leaves out a check that does not apply, fetches nothing for it, and says so', async () => {
    const when = { branches: { include: ['main'], exclude: [] } };
    const scene = new Scene({ checks: [{ ...GUARD, when }, NAMES], facts: { vcs_branch: 'feature/x' } });
    const runner = new ScriptedRunner();
    await scene.evaluate(runner);
    expect(scene.plans.requests).toEqual([]);
    expect(runner.assignments).toMatchObject([{ plan: null, checks: [NAMES] }]);
    expect(scene.statuses).toEqual({ guard: 'skipped', names: 'passed' });
    expect(scene.message).toBe(
      'Passed: looks good (names). 1 check left out — guard not applied: not for branch feature/x.',
    );
  });

  it('fetches the plan for a check that asks only whether there are changes, and judges it when there is none', async () => {
    const scene = new Scene({ checks: [{ ...NAMES, when: { changes: true } }] });
    await scene.evaluate(new ScriptedRunner());
    expect(scene.plans.requests).toHaveLength(1);
    const without = new Scene({ checks: [{ ...NAMES, when: { changes: true } }] });
    without.plans.unavailable = 'The plan could not be downloaded: HTTP 401.';
    await without.evaluate(new ScriptedRunner());
    expect(without.statuses).toEqual({ names: 'passed' });
  });

  it('skips what an earlier attempt finished', async () => {
    const scene = new Scene();
    await scene.store.tasks.saveCheckResults(await scene.lease(), [aCheckResult({ name: 'guard' })]);
    scene.store.clock.advance(10_001);
    const runner = new ScriptedRunner();
    await scene.evaluate(runner, { lease: await scene.lease('worker-2') });
    expect(scene.plans.requests).toEqual([]);
    expect(runner.assignments).toMatchObject([{ checks: [NAMES] }]);
    expect(scene.statuses).toEqual({ guard: 'passed', names: 'passed' });
  });

  it('writes nothing before the verdict when it is quick', async () => {
    const scene = new Scene();
    const saved: number[] = [];
    const runner = new ScriptedRunner((_, ended) => {
      scene.store.clock.advance(900);
      ended(reported('guard'));
      saved.push(scene.row.results.length);
      ended(reported('names'));
    });
    await scene.evaluate(runner);
    expect(saved).toEqual([0]);
    expect(scene.row.results).toHaveLength(2);
  });

  it('writes each result as it comes when it is slow', async () => {
    const scene = new Scene({ checks: [GUARD, NAMES, aCheck({ name: 'last', use: 'reads-nothing' })] });
    const saved: (readonly string[])[] = [];
    const runner = new ScriptedRunner(async (_, ended) => {
      ended(reported('guard'));
      scene.store.clock.advance(1_000);
      ended(reported('names'));
      await Promise.resolve();
      saved.push(scene.row.results.map(({ name }) => name));
      ended(reported('last'));
    });
    expect(await scene.evaluate(runner)).toMatchObject({ kind: 'decided' });
    expect(saved).toEqual([['guard', 'names']]);
    expect(Object.keys(scene.statuses)).toEqual(['guard', 'names', 'last']);
  });

  it('survives a store that is away while it saves: the verdict writes all results again', async () => {
    const scene = new Scene();
    const flaky: TaskStore = Object.assign(Object.create(scene.store.tasks) as TaskStore, {
      saveCheckResults: () => Promise.reject(new Error('the database went away')),
    });
    const runner = new ScriptedRunner(async (_, ended) => {
      scene.store.clock.advance(1_000);
      ended(reported('guard'));
      await new Promise(setImmediate);
      ended(reported('names'));
    });
    expect(await scene.evaluate(runner, { tasks: flaky })).toMatchObject({ kind: 'decided' });
    expect(scene.statuses).toEqual({ guard: 'passed', names: 'passed' });
  });

  it('writes nothing once its lease is lost, not even how its checks were stopped', async () => {
    const scene = new Scene();
    const aborted: CheckEnd = {
      kind: 'errored',
      check: 'names',
      reason: 'aborted',
      detail: 'stopped',
      durationMs: 1,
      isolation: null,
      log: [],
    };
    const runner = new ScriptedRunner((_, ended) => {
      scene.store.clock.advance(5_000);
      ended(reported('guard'));
      scene.stop.abort();
      ended(aborted);
    });
    expect(await scene.evaluate(runner)).toEqual({ kind: 'stale', state: null });
    expect(scene.statuses).toEqual({ guard: 'passed' });
    expect(scene.row.taskResult.state).toBe('evaluating');
    expect(scene.plans.onDisk).toBe(0);
  });

  it('runs nothing when its lease is lost while the plan is fetched, and removes the plan', async () => {
    const scene = new Scene();
    scene.plans.meanwhile = () => {
      scene.stop.abort();
    };
    const runner = new ScriptedRunner();
    expect(await scene.evaluate(runner)).toEqual({ kind: 'stale', state: null });
    expect(runner.assignments).toEqual([]);
    expect(scene.row.results).toEqual([]);
    expect(scene.plans.onDisk).toBe(0);
  });

  it('removes the plan when the runner breaks its promise and throws', async () => {
    const scene = new Scene();
    const runner = new ScriptedRunner(() => Promise.reject(new Error('broken pipe')));
    await expect(scene.evaluate(runner)).rejects.toThrow('broken pipe');
    expect(scene.plans.onDisk).toBe(0);
    expect(scene.row.taskResult.state).toBe('evaluating');
  });

  it('does nothing under a lease that somebody else has', async () => {
    const scene = new Scene();
    const lease = await scene.lease();
    scene.store.clock.advance(10_001);
    await scene.lease('worker-2');
    const runner = new ScriptedRunner();
    expect(await scene.evaluate(runner, { lease })).toEqual({ kind: 'stale', state: null });
    expect(runner.assignments).toEqual([]);
  });
});
