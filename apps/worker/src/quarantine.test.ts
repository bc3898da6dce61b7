import { allowances, type Evaluation, type Log, type Quarantine } from '@rungate/run-task';
import { aCheck, aCheckResult, aHook, aRequest, FakeQuarantineStore, InMemoryStore } from '@rungate/run-task/testing';
import { createMetrics } from '@rungate/telemetry';
import { Quarantines } from './quarantine.js';

const CHECK = aCheck({ name: 'guard', use: 'naming' });

class Scene {
  readonly store = new FakeQuarantineStore();
  readonly lines: unknown[] = [];
  readonly metrics = createMetrics({ ofProcess: false });
  version: string | null = '1.0.0';
  readonly quarantines: Quarantines;

  constructor() {
    const note = (...line: unknown[]): void => void this.lines.push(line);
    const log: Log = { info: note, warn: note, error: note };
    const clock = { now: () => new Date('2026-11-22T12:00:00Z') };
    this.quarantines = new Quarantines({
      quarantines: this.store,
      pluginVersion: () => this.version,
      clock,
      metrics: this.metrics,
      log,
    });
  }
}

async function anEvaluation(): Promise<Evaluation> {
  const store = new InMemoryStore();
  const hook = aHook();
  store.addRunTask(hook, { checks: [CHECK] });
  const taskResult = { id: 'tr-1', hook, keyId: 'key-1', request: aRequest(), bodyHash: 'hash' };
  await store.hooks.recordTaskResult({ ...taskResult, allowances: allowances('rolling') });
  const [lease] = await store.schedule.claim('w-1', 1);
  const evaluation = lease === undefined ? null : await store.tasks.loadEvaluation(lease);
  if (evaluation === null) throw new Error('nothing to evaluate');
  return evaluation;
}

function quarantineOf({ lease, runTaskId }: Evaluation): Quarantine {
  return {
    id: 'q-1',
    place: { organizationId: lease.organizationId, runTaskId, check: 'guard' },
    use: 'naming',
    pluginVersion: '1.0.0',
    failure: 'memory',
    count: 3,
    since: new Date('2026-11-22T11:30:00Z'),
    until: new Date('2026-11-22T12:30:00Z'),
  };
}

describe('Quarantines', () => {
  it('keeps back what is in quarantine once it has been read, and a new version of its plugin not', async () => {
    const scene = new Scene();
    const evaluation = await anEvaluation();
    scene.store.quarantines = [quarantineOf(evaluation)];
    expect(scene.quarantines.whyNot(evaluation, CHECK)).toBeNull();
    await scene.quarantines.refresh();
    expect(scene.quarantines.whyNot(evaluation, CHECK)).toContain('it ended its process 3 times (memory)');
    scene.version = '1.0.1';
    expect(scene.quarantines.whyNot(evaluation, CHECK)).toBeNull();
    scene.version = null;
    expect(scene.quarantines.whyNot(evaluation, CHECK)).toBeNull();
  });

  it('tells whoever watches the log of each that is new', async () => {
    const scene = new Scene();
    const quarantine = quarantineOf(await anEvaluation());
    scene.store.imposed = [quarantine, { ...quarantine, place: null, failure: null }];
    await scene.quarantines.refresh();
    const until = '2026-11-22T12:30:00.000Z';
    const plugin = { use: 'naming', pluginVersion: '1.0.0', until };
    expect(scene.lines).toEqual([
      ['check quarantined', { ...quarantine.place, ...plugin, failure: 'memory', deaths: 3 }],
      ['plugin quarantined for everybody', { ...plugin, organizations: 3 }],
    ]);
    const page = await scene.metrics.text();
    expect(page).toContain('rungate_quarantines_total{reach="organization"} 1');
    expect(page).toContain('rungate_quarantines_total{reach="platform"} 1');
  });

  it('notes the deaths among results, and is no hindrance when they cannot be noted', async () => {
    const scene = new Scene();
    const evaluation = await anEvaluation();
    const died = aCheckResult({ name: 'guard', use: 'naming', failure: 'memory' });
    await scene.quarantines.died(evaluation, [died, aCheckResult({ failure: 'timeout' }), aCheckResult()]);
    const { organizationId } = evaluation.lease;
    const { runTaskId } = evaluation;
    const place = { organizationId, runTaskId, taskResultId: 'tr-1', check: 'guard', use: 'naming' };
    expect(scene.store.deaths).toEqual([{ ...place, pluginVersion: '1.0.0', failure: 'memory' }]);
    scene.store.noteDeaths = () => Promise.reject(new Error('away'));
    await scene.quarantines.died(evaluation, [died]);
    expect(scene.lines.at(-1)).toEqual(['deaths of checks not noted', { error: 'away' }]);
  });
});
