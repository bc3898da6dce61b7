import { matchesAnyGlob } from '@rungate/run-task';
import type { ResourceChange } from '../../check.js';
import { mayMatchAddress } from '../address-patterns.js';
import type { Subject } from './find.js';

/** What can become of a resource, as a rule names it. A replacement is a `create` and a `delete` as well. */
export const RULE_ACTIONS = [
  'create',
  'update',
  'replace',
  'delete',
  'forget',
  'import',
  'move',
  'read',
  'no-op',
] as const;
/** One of these. */
export type RuleAction = (typeof RULE_ACTIONS)[number];

/** Which resources a rule is about: each list given must have a pattern that matches. */
export interface Selector {
  readonly types: readonly string[];
  readonly addresses: readonly string[];
  readonly modules: readonly string[];
  readonly providers: readonly string[];
  readonly mode: 'managed' | 'data' | 'any';
  readonly exclude: {
    readonly types: readonly string[];
    readonly addresses: readonly string[];
    readonly modules: readonly string[];
  };
}

/** What the root module is called in patterns; no module address is like it. */
const ROOT = 'root';
const GOING: ReadonlySet<RuleAction> = new Set(['delete', 'forget']);

/** Whether a rule is about a resource. An address that holds a sensitive value counts wherever it may be meant. */
export function isSelected(selector: Selector, resource: ResourceChange): boolean {
  const { types, addresses, modules, providers, mode, exclude } = selector;
  const module = resource.moduleAddress ?? ROOT;
  if (mode !== 'any' && mode !== resource.mode) return false;
  const isMeant =
    matchesAnyGlob(types, resource.type) &&
    mayMatchAddress(addresses, resource.address) &&
    mayMatchAddress(modules, module) &&
    matchesAnyGlob(providers, resource.providerName ?? '');
  return isMeant && !isExcluded(exclude, resource, module);
}

function isExcluded(exclude: Selector['exclude'], { type, address }: ResourceChange, module: string): boolean {
  return (
    matchesAnyGlob(exclude.types, type) ||
    matchesAnyGlob(exclude.addresses, address) ||
    matchesAnyGlob(exclude.modules, module)
  );
}

/** What a rule for these actions looks at: the resource as it will be, as it is before it goes, both, or neither. */
export function subjectsOf(resource: ResourceChange, actions: readonly RuleAction[]): readonly Subject[] {
  const { before, after, afterUnknown } = resource.change;
  const all = actionsOf(resource);
  const matched = actions.filter((action) => all.has(action));
  const subjects: Subject[] = [];
  if (matched.some((action) => !GOING.has(action)) && (after !== null || afterUnknown === true)) {
    subjects.push({ resource, object: after, unknown: afterUnknown });
  }
  if (matched.some((action) => GOING.has(action))) subjects.push({ resource, object: before, unknown: false });
  return subjects;
}

/** By membership: a replacement comes in two orders, and may forget the old object instead. */
function actionsOf({ address, previousAddress, change }: ResourceChange): ReadonlySet<RuleAction> {
  const all = new Set<RuleAction>(change.actions);
  if (all.has('create') && (all.has('delete') || all.has('forget'))) all.add('replace');
  if (change.importing !== null) all.add('import');
  if (previousAddress !== null && previousAddress !== address) all.add('move');
  return all;
}
