import type { EndedItem, ResendAnswer, TakenItem } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import { Operations } from './operations.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function item(position: number): TakenItem {
  return {
    operationId: 'operation',
    position,
    kind: 'resend',
    by: TESTER,
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
    log,
  });
  await operations.work();
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
