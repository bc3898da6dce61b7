import { aResource, planOf, type ResourceParts } from '../testing/index.js';
import type { Plan } from './check.js';
import { hasChanges } from './has-changes.js';

const still: ResourceParts = { actions: ['no-op'] };

async function judged(parts: ResourceParts, plan: Partial<Plan> = {}): Promise<boolean | null> {
  return hasChanges(planOf([aResource('aws_vpc.a', parts)], plan));
}

describe('hasChanges', () => {
  it.each([
    ['a resource that is made', { actions: ['create'] }, true],
    ['one that goes', { actions: ['delete'] }, true],
    ['one that is forgotten', { actions: ['forget'] }, true],
    ['an import', { ...still, importing: { id: 'i' } }, true],
    ['a move', { ...still, previousAddress: 'aws_vpc.b' }, true],
    ['a data source that is read later', { actions: ['read'], mode: 'data' }, false],
    ['nothing', still, false],
  ] as const)('sees %s: %s', async (_, parts, expected) => {
    expect(await judged(parts)).toBe(expected);
  });

  it('sees an output that changes', async () => {
    const output = aResource('output.a', { actions: ['update'] }).change;
    expect(await judged(still, { outputChanges: () => Promise.resolve(new Map([['a', output]])) })).toBe(true);
  });

  it('sees an action that is invoked, though no resource changes', async () => {
    expect(await judged(still, { invokesActions: true })).toBe(true);
  });

  it('cannot say of a plan that is not whole', async () => {
    expect(await judged(still, { complete: false })).toBeNull();
    expect(await judged(still, { errored: true })).toBeNull();
    expect(await judged({ actions: ['update'] }, { complete: false })).toBe(true);
    const deferred = { reason: null, change: aResource('aws_vpc.b') };
    const deferredChanges = () => planOf([]).deferredChanges();
    expect(await judged(still, { deferredChanges })).toBe(false);
    async function* one() {
      yield await Promise.resolve(deferred);
    }
    expect(await judged(still, { deferredChanges: one })).toBeNull();
  });
});
