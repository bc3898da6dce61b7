import { USER_DATA, isRecord } from './hide-marked.js';
import type { SecretMatcher } from './secret-matcher.js';

/**
 * What says which resource this is and what becomes of it, in the words of the configuration's author or of Terraform.
 * It stays as it is: whoever marks the string "aws_db_instance" as sensitive must not thereby hide a type from a check.
 */
const IDENTIFIERS: ReadonlySet<string> = new Set([
  'type',
  'mode',
  'name',
  'provider_name',
  'provider_config_key',
  'full_name',
  'actions',
  'action_reason',
  'deposed',
]);

/** Addresses: identifiers, but for the keys in their brackets, which are values. */
const ADDRESSES: ReadonlySet<string> = new Set([
  'address',
  'module_address',
  'previous_address',
  'to_display',
  'resource',
  'references',
]);

/** Members whose own members are attributes of a resource: names of a schema, not of a person. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'before',
  'after',
  'values',
  'config_values',
  'after_unknown',
  'config_unknown',
  'before_sensitive',
  'after_sensitive',
  'sensitive_values',
  'config_sensitive',
]);

/** The value with the mask in place of every secret in its strings; the same object when there is none. */
export function scrub(node: unknown, secrets: SecretMatcher): unknown {
  if (typeof node === 'string') return secrets.mask(node);
  if (Array.isArray(node)) return scrubElements(node, (element) => scrub(element, secrets));
  if (!isRecord(node)) return node;
  return scrubMembers(
    node,
    (name) => name,
    (value, name) => scrubMember(name, value, secrets),
  );
}

/** As `scrub`, for a member that the format names. */
export function scrubMember(name: string, value: unknown, secrets: SecretMatcher): unknown {
  if (IDENTIFIERS.has(name) && isText(value)) return value;
  if (ADDRESSES.has(name)) return scrubAddress(value, secrets);
  if (ATTRIBUTES.has(name) && isRecord(value)) {
    return scrubMembers(
      value,
      (attribute) => attribute,
      (inner) => scrubData(inner, secrets),
    );
  }
  return USER_DATA.has(name) ? scrubData(value, secrets) : scrub(value, secrets);
}

/** Data has no structure of ours: its names are masked as its values are. */
function scrubData(node: unknown, secrets: SecretMatcher): unknown {
  if (typeof node === 'string') return secrets.mask(node);
  if (Array.isArray(node)) return scrubElements(node, (element) => scrubData(element, secrets));
  if (!isRecord(node)) return node;
  return scrubMembers(
    node,
    (name) => secrets.mask(name),
    (value) => scrubData(value, secrets),
  );
}

function scrubAddress(node: unknown, secrets: SecretMatcher): unknown {
  if (Array.isArray(node)) return scrubElements(node, (element) => scrubAddress(element, secrets));
  if (typeof node !== 'string') return scrub(node, secrets);
  return node.includes('["') ? maskKeys(node, secrets) : node;
}

/** Masks what stands in `["…"]`, where a backslash escapes the next character. */
function maskKeys(address: string, secrets: SecretMatcher): string {
  return address.replace(/(\[")((?:[^"\\]|\\.)*)("\])/gs, (_, open: string, key: string, close: string) => {
    return open + secrets.mask(key) + close;
  });
}

/** An attribute's expression can have the name of an identifier; only texts are identifiers. */
function isText(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((element) => typeof element === 'string'));
}

function scrubElements(list: unknown[], each: (element: unknown) => unknown): unknown[] {
  const scrubbed = list.map(each);
  return scrubbed.some((element, index) => element !== list[index]) ? scrubbed : list;
}

function scrubMembers(
  record: Record<string, unknown>,
  rename: (name: string) => string,
  each: (value: unknown, name: string) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(record);
  const scrubbed = entries.map(([name, value]) => [rename(name), each(value, name)] as const);
  const isSame = scrubbed.every(([name, value], index) => name === entries[index]?.[0] && value === entries[index][1]);
  return isSame ? record : Object.fromEntries(distinct(scrubbed));
}

/** Two masked names must not make one member of two. */
function distinct(entries: readonly (readonly [string, unknown])[]): (readonly [string, unknown])[] {
  const times = new Map<string, number>();
  return entries.map(([name, value]) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return [time === 1 ? name : `${name} ${time}`, value] as const;
  });
}
