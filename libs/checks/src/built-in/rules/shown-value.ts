import { clip } from '@rungate/run-task';

/** Parts of names whose values are never shown, whatever a rule says: programs, policies, environments, credentials. */
const NEVER_SHOWN = [
  'user_data',
  'custom_data',
  'startup_script',
  'policy',
  'environment',
  'env_',
  'variables',
  'secret',
  'password',
  'token',
  'credential',
  'private_key',
  'connection_string',
];
const SHOWN_LIMIT = 80;

/** What a rule with `showValue` says of a value: `, and is "eu-north-1"`; nothing for what is never shown. */
export function shownValue(place: string, value: unknown): string {
  const names = place.toLowerCase();
  if (NEVER_SHOWN.some((part) => names.includes(part)) || /(^|[.\]])env(\[|\.|$)/.test(names)) return '';
  if (Array.isArray(value)) return `, and is a list of ${value.length}`;
  if (typeof value === 'object') return ', and is a map or block';
  return `, and is ${clip(JSON.stringify(value), SHOWN_LIMIT)}`;
}
