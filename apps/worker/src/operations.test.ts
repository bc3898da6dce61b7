import type { EndedItem, NewReevaluation, OperationTurn, ResendAnswer, StoredRun, TakenItem } from '@rungate/run-task';
import { aCheck, aRequest, DeletesFail, TemporaryPlans, TESTER } from '@rungate/run-task/testing';
import { Operations } from './operations.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What resending never asks. */
const NOTHING_TO_JUDGE = {
  runner: new DeletesFail(),
  catalogue: { needsPlan: () => true },
  unpackPlan: () => Promise.resolve(null),
  inputs: {
    keep: () => Promise.resolve(),
    load: () => Promise.resolve(null),
    record: () => Promise.resolve(),
  },
};

function item(position: number): TakenItem {
  return {
    operationId: 'operation',
    position,
    kind: 'resend',
    by: TESTER,
    reason: 'the proxy is up',
    organizationId: 'acme',
    taskResultId: String(position),
  };
}

/** What becomes of items, the first with the first of these answers. */
async function ended(answers: readonly (ResendAnswer | null | Error)[]): Promise<readonly EndedItem[]> {
  const turns: (readonly TakenItem[])[] = [answers.map((_, index) => item(index)), []];
  const seen: EndedItem[] = [];
  const operations = new Operations({
    operationWork: {
      take: () => Promise.resolve(turns.shift() ?? []),
      end: (items) => {
        seen.push(...items);
        return Promise.resolve();
      },
    },
    resends: {
      resend: ({ scope, id }) => {
        expect(scope).toEqual({ kind: 'organization', organizationId: 'acme' });
        const answer = answers[Number(id)] ?? null;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    ...NOTHING_TO_JUDGE,
    log,
  });
  await operations.work('quick');
  return seen;
}

describe('operations', () => {
  it('say of each task result what became of it, and none holds up another', async () => {
    const due = { kind: 'due', changed: true, deadline: new Date() } as const;
    const answers = [
      due,
      new Error('away'),
      { kind: 'refused', why: 'too_late' } as const,
      null,
      { ...due, changed: false },
    ];
    expect((await ended(answers)).map(({ state, detail }) => [state, detail])).toEqual([
      ['done', null],
      ['failed', 'away'],
      ['refused', 'The deadline has passed: Terraform no longer listens.'],
      ['refused', 'The task result is no more.'],
      ['done', 'It was about to be sent, or is being sent.'],
    ]);
  });

  it('write nothing when nothing is due', async () => {
    expect(await ended([])).toEqual([]);
  });
});

describe('operations that judge again', () => {
  const plans = new TemporaryPlans();
  const run: StoredRun = {
    facts: aRequest().facts,
    verdict: 'failed',
    versionId: 'version',
    checks: [aCheck()],
    plan: { kind: 'kept', gzip: Buffer.from('{"actions":["delete"]}') },
  };

  /** What becomes of these runs, one each, and what was recorded. */
  async function judged(runs: readonly (StoredRun | null)[], hasRoom = true) {
    const turns = [runs.map((_, index) => ({ ...item(index), kind: 'reevaluate' as const })), []];
    const asked: OperationTurn[] = [];
    const ended: EndedItem[] = [];
    const recorded: NewReevaluation[] = [];
    const operations = new Operations({
      ...NOTHING_TO_JUDGE,
      unpackPlan: (_, gzip) => (hasRoom ? plans.keep(chunksOf(gzip)) : Promise.resolve(null)),
      inputs: {
        ...NOTHING_TO_JUDGE.inputs,
        load: (_, id) => Promise.resolve(runs[Number(id)] ?? null),
        record: (one) => Promise.resolve(void recorded.push(one)),
      },
      operationWork: {
        take: (turn) => {
          asked.push(turn);
          return Promise.resolve(turns.shift() ?? []);
        },
        end: (items) => Promise.resolve(void ended.push(...items)),
      },
      resends: { resend: () => Promise.reject(new Error('nothing is sent')) },
      log,
    });
    await operations.work('slow');
    expect(asked[0]).toMatchObject({ kinds: ['reevaluate'], leaseSeconds: 360 });
    expect(plans.left).toBe(0);
    return { told: ended.map(({ state, detail }) => `${state}: ${detail ?? ''}`), recorded };
  }

  it('tell whether the checks of today say what those of then said, and keep what they say', async () => {
    const { told, recorded } = await judged([run, { ...run, verdict: 'passed' }]);
    expect(told).toEqual(['done: Failed, as before.', 'done: Failed, which it did not before.']);
    expect(recorded[0]).toMatchObject({
      organizationId: 'acme',
      taskResultId: '0',
      operationId: 'operation',
      versionId: 'version',
      verdict: 'failed',
      reason: 'the proxy is up',
      results: [{ name: 'guard', status: 'failed' }],
    });
  });

  it('refuse what cannot be judged, and record nothing of it', async () => {
    const { told, recorded } = await judged([
      null,
      { ...run, verdict: null },
      { ...run, plan: { kind: 'none' } },
      { ...run, plan: { kind: 'too_large' } },
    ]);
    expect(told).toEqual([
      'refused: The details of the task result are gone.',
      'refused: There is no verdict yet.',
      'refused: Its plan is not kept, or no longer.',
      'refused: Its plan is larger than is kept: 8 MB, compressed.',
    ]);
    expect(recorded).toEqual([]);
  });

  it('judge without a plan where no check of the stage is left', async () => {
    const checks = [aCheck({ stages: ['pre_apply'] })];
    expect((await judged([{ ...run, checks, plan: { kind: 'none' } }])).told).toEqual([
      'done: Passed, which it did not before.',
    ]);
  });

  it('fail when there is no room for the plan', async () => {
    expect((await judged([run], false)).told).toEqual(['failed: Plans take all the room they may at the moment.']);
  });
});

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
