import type { Action } from '../src/check.js';

/** A plan as `terraform show -json` writes it; what a test does not name is as in a plan without changes. */
export function planJson(members: Record<string, unknown> = {}): Record<string, unknown> {
  return { format_version: '1.2', terraform_version: '1.14.0', resource_changes: [], complete: true, ...members };
}

/** Members of a change besides its actions. */
export interface ChangeOptions {
  readonly replacePaths?: readonly (readonly (string | number)[])[];
  readonly [member: string]: unknown;
}

/** One entry of `resource_changes`; the type is read from the address. */
export function changeJson(address: string, actions: readonly Action[], options: ChangeOptions = {}) {
  const { replacePaths, ...members } = options;
  const [type = '', name = ''] = address
    .replace(/\[[^[\]]*\]$/, '')
    .split('.')
    .slice(-2);
  const exists = !actions.includes('create') || actions.includes('delete');
  return {
    address,
    mode: address.includes('data.') ? 'data' : 'managed',
    type,
    name,
    provider_name: 'provider.example/hashicorp/aws',
    ...members,
    change: {
      actions,
      before: exists ? { id: 'i-1' } : null,
      after: actions.includes('delete') && actions.length === 1 ? null : { id: 'i-1' },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
      ...(replacePaths === undefined ? {} : { replace_paths: replacePaths }),
    },
  };
}
