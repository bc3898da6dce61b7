import type { Action, Change, Plan, ResourceChange } from '../src/check.js';

/** What a test says of a change; the rest is as in an ordinary `create`. */
export interface ResourceParts extends Partial<Omit<ResourceChange, 'change'>> {
  readonly actions?: readonly Action[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly importing?: Change['importing'];
}

/** A change as the plan view gives it. */
export function aResource(address: string, parts: ResourceParts = {}): ResourceChange {
  const { actions = ['create'], before = null, after = null, unknown = {}, importing = null, ...members } = parts;
  const [type = '', name = ''] = address.replace(/\[.*$/, '').split('.').slice(-2);
  return {
    address,
    moduleAddress: null,
    mode: 'managed',
    type,
    name,
    index: null,
    providerName: 'registry.example/hashicorp/aws',
    deposed: null,
    previousAddress: null,
    actionReason: null,
    ...members,
    change: {
      actions,
      before,
      after,
      afterUnknown: unknown,
      beforeSensitive: false,
      afterSensitive: false,
      replacePaths: [],
      importing,
    },
  };
}

/** A plan of these changes, held in memory. */
export function planOf(changes: readonly ResourceChange[], members: Partial<Plan> = {}): Plan {
  const none = (): AsyncIterable<never> => iterate([]);
  return {
    formatVersion: '1.2',
    terraformVersion: '1.14.0',
    complete: true,
    applyable: true,
    errored: false,
    invokesActions: false,
    changes: () => iterate(changes),
    drift: none,
    deferredChanges: none,
    terraformChecks: none,
    outputChanges: () => Promise.resolve(new Map()),
    variables: () => Promise.resolve(new Map()),
    configuration: () => Promise.resolve(null),
    priorState: () => Promise.resolve(null),
    ...members,
  };
}

async function* iterate<Entry>(entries: readonly Entry[]): AsyncGenerator<Entry, void, undefined> {
  for (const entry of entries) yield await Promise.resolve(entry);
}
