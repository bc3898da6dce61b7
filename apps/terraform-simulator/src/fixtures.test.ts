import { SimulatorError } from './errors.js';
import { fixtureNames, fixturePlan } from './fixtures.js';

interface Plan {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly complete: boolean;
  readonly resource_changes?: readonly { readonly address: string; readonly change: { readonly actions: string[] } }[];
}

const plan = (name: string) => JSON.parse(fixturePlan(name).toString()) as Plan;
const actions = (name: string): string[] => [
  ...new Set((plan(name).resource_changes ?? []).map(({ change }) => change.actions.join('+'))),
];

describe('plan fixtures', () => {
  it.each(fixtureNames())('%s is a whole plan that says nothing of the machine it was made on', (name) => {
    expect(plan(name).format_version).toMatch(/^1\./);
    expect(fixturePlan(name).toString()).not.toMatch(/\/(root|home|tmp|work|Users)\//);
  });

  it.each([
    ['create', ['create']],
    ['no-op', ['no-op']],
    ['update', ['no-op', 'update']],
    ['replace', ['update', 'delete+create']],
    ['replace-create-before-destroy', ['create+delete']],
    ['destroy-all', ['delete']],
    ['deferred-read', ['read', 'create']],
    ['forget', ['forget', 'no-op']],
    ['modules', ['no-op', 'delete', 'create', 'update']],
    ['medium', ['delete', 'no-op', 'create', 'update', 'delete+create']],
  ])('%s plans what its name says', (name, expected) => {
    expect(actions(name).sort()).toEqual(expected.sort());
  });

  it('has a plan of some hundred resources, and a partial one', () => {
    expect(plan('medium').resource_changes?.length).toBeGreaterThan(300);
    expect(plan('targeted').complete).toBe(false);
  });

  it('names the fixtures there are when asked for another', () => {
    expect(() => fixturePlan('../src')).toThrow(/No plan fixture is named .* create, /);
    expect(() => fixturePlan('nothing')).toThrow(SimulatorError);
  });
});
