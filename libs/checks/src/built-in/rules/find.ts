import type { ResourceChange } from '../../check.js';
import { MASK } from '../../mask.js';
import { asRecord } from '../../plan-change.js';
import { isScalar } from './compare.js';
import type { AttributePath, Fact, Step } from './path.js';

/** What a rule looks at: a resource as it will be, or as it is before it goes. */
export interface Subject {
  readonly resource: ResourceChange;
  /** `after` or `before` of the change. */
  readonly object: unknown;
  /** `true` where a value is known only after apply, in the shape of the object. */
  readonly unknown: unknown;
}

/** What stands at one place that a path means. */
export type Hit = { readonly place: string } & (
  | { readonly kind: 'value'; readonly value: unknown; readonly unknown: unknown }
  /** Null, or not there. */
  | { readonly kind: 'unset' }
  | { readonly kind: 'unknown' }
  /** A sensitive value, or a text or key that holds one. */
  | { readonly kind: 'masked' }
  /** The path does not fit the value. */
  | { readonly kind: 'misfit'; readonly why: string }
);

/** Everything that a path means in a subject, in the order of the plan; nothing where `[*]` meets nothing. */
export function find(path: AttributePath, subject: Subject): Iterable<Hit> {
  const { value, unknown } = rootOf(path.fact, subject);
  const place = path.fact === null ? '' : `$${path.fact}`;
  return walk({ value, unknown, place }, path.steps);
}

/** Whether the first step of the path names something that the subject has, be it unset or unknown. */
export function hasRoot({ fact, steps: [first] }: AttributePath, { object, unknown }: Subject): boolean {
  if (fact !== null || first?.kind !== 'name') return true;
  return hasName(object, unknown, first.name);
}

/** Whether a value, or anything in it, is masked. */
export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.includes(MASK);
}

/** Whether anything below is known only after apply. */
export function hasUnknown(unknown: unknown): boolean {
  if (unknown === true) return true;
  return typeof unknown === 'object' && unknown !== null && Object.values(unknown).some(hasUnknown);
}

/** Names of an object or map, those included whose values are unknown. */
export function ownNames(value: unknown, unknown: unknown): ReadonlySet<string> {
  const later = Object.entries(asRecord(unknown) ?? {}).filter(([, marks]) => hasUnknown(marks));
  return new Set([...Object.keys(asRecord(value) ?? {}), ...later.map(([name]) => name)]);
}

/** The marks of a child. */
export function unknownAt(unknown: unknown, key: string | number): unknown {
  if (unknown === true) return true;
  if (Array.isArray(unknown)) return typeof key === 'number' ? unknown[key] : false;
  const marks = asRecord(unknown);
  return marks !== null && Object.hasOwn(marks, key) ? marks[key] : false;
}

type Hits = Generator<Hit, void, undefined>;

interface Node {
  readonly value: unknown;
  readonly unknown: unknown;
  readonly place: string;
}

function* walk(node: Node, steps: readonly Step[]): Hits {
  const { value, unknown, place } = node;
  const [step, ...rest] = steps;
  if (isMasked(value)) yield { kind: 'masked', place };
  else if (step === undefined) yield endOf(node);
  else if (isUnset(value) && unknown === true) yield { kind: 'unknown', place };
  else if (step.kind === 'all') yield* walkAll(node, rest);
  else if (step.kind === 'index') yield* walkIndex(node, step.index, rest);
  else yield* walkName(node, step.name, rest);
}

function endOf({ value, unknown, place }: Node): Hit {
  if (!isUnset(value)) return { kind: 'value', place, value, unknown };
  return { kind: hasUnknown(unknown) ? 'unknown' : 'unset', place };
}

function* walkAll({ value, unknown, place }: Node, rest: readonly Step[]): Hits {
  const list = listOf(value, unknown);
  if (list !== null) {
    for (const [index, element] of list.entries()) {
      yield* walk({ value: element, unknown: unknownAt(unknown, index), place: `${place}[${index}]` }, rest);
    }
  } else if (isUnset(value) || asRecord(value) !== null) {
    for (const name of ownNames(value, unknown)) {
      // The keys of a map are values too: they are not shown.
      yield* walk({ value: own(value, name), unknown: unknownAt(unknown, name), place: `${place}[*]` }, rest);
    }
    if (unknown === true) yield { kind: 'unknown', place: `${place}[*]` };
  } else {
    yield { kind: 'misfit', place, why: 'is neither a list nor a map: leave out [*]' };
  }
}

function* walkIndex({ value, unknown, place }: Node, index: number, rest: readonly Step[]): Hits {
  const list = listOf(value, unknown);
  if (list === null && !isUnset(value)) yield { kind: 'misfit', place, why: 'is no list' };
  else yield* walk({ value: list?.[index], unknown: unknownAt(unknown, index), place: `${place}[${index}]` }, rest);
}

function* walkName({ value, unknown, place }: Node, name: string, rest: readonly Step[]): Hits {
  const below = named(place, name);
  if (Array.isArray(value)) yield { kind: 'misfit', place, why: 'is a list: write [*] or [0] after it' };
  else if (isScalar(value)) yield { kind: 'misfit', place, why: 'has no members' };
  else if (!hasName(value, unknown, name) && hasMaskedKey(value)) yield { kind: 'masked', place: below };
  else yield* walk({ value: own(value, name), unknown: unknownAt(unknown, name), place: below }, rest);
}

function hasName(value: unknown, unknown: unknown, name: string): boolean {
  const record = asRecord(value);
  return (record !== null && Object.hasOwn(record, name)) || hasUnknown(unknownAt(unknown, name));
}

function hasMaskedKey(value: unknown): boolean {
  return Object.keys(asRecord(value) ?? {}).some(isMasked);
}

/** The elements of a list, unknown ones included, or null for anything else. */
function listOf(value: unknown, unknown: unknown): readonly unknown[] | null {
  if (isList(value)) return value;
  return isUnset(value) && isList(unknown) ? unknown.map(() => null) : null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function rootOf(fact: Fact | null, { resource, object, unknown }: Subject): Omit<Node, 'place'> {
  switch (fact) {
    case null:
      return { value: object, unknown };
    case 'tags':
      return tagsOf(object, unknown);
    case 'address':
      return { value: resource.address, unknown: false };
    case 'type':
      return { value: resource.type, unknown: false };
    case 'name':
      return { value: resource.name, unknown: false };
    case 'module':
      return { value: resource.moduleAddress, unknown: false };
    case 'provider':
      return { value: resource.providerName, unknown: false };
    case 'index':
      return { value: resource.index, unknown: false };
  }
}

/** Where providers keep tags and labels, those with the defaults of the provider first. */
const TAG_ATTRIBUTES = ['tags_all', 'effective_labels', 'terraform_labels', 'tags', 'labels'];

/** All tags of a resource in one map; of two with one name, the one that the provider's defaults are in counts. */
function tagsOf(object: unknown, unknown: unknown): Omit<Node, 'place'> {
  const tags = new Map<string, unknown>();
  const later = new Map<string, unknown>();
  let isWholeUnknown = unknown === true;
  for (const attribute of TAG_ATTRIBUTES) {
    const value = own(object, attribute);
    const marks = unknownAt(unknown, attribute);
    isWholeUnknown ||= marks === true;
    if (isMasked(value)) tags.set(MASK, MASK);
    keepFirst(tags, Object.entries(asRecord(value) ?? {}));
    keepFirst(later, Object.entries(asRecord(marks) ?? {}));
  }
  return { value: Object.fromEntries(tags), unknown: isWholeUnknown || Object.fromEntries(later) };
}

function keepFirst(map: Map<string, unknown>, entries: readonly (readonly [string, unknown])[]): void {
  for (const [name, value] of entries) if (!isUnset(value) && !map.has(name)) map.set(name, value);
}

function own(value: unknown, name: string): unknown {
  const record = asRecord(value);
  return record !== null && Object.hasOwn(record, name) ? record[name] : undefined;
}

function isUnset(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function named(place: string, name: string): string {
  if (place === '') return name;
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `${place}.${name}` : `${place}[${JSON.stringify(name)}]`;
}
