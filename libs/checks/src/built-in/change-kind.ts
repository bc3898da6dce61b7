import type { ChangeAction } from '@rungate/run-task';
import type { Action, ResourceChange } from '../check.js';

/** Whether the object is destroyed, also when a new one takes its place. */
export function isDestroyed(actions: readonly Action[]): boolean {
  return actions.includes('delete');
}

/** Whether the object is destroyed and another one made, in either order. */
export function isReplaced(actions: readonly Action[]): boolean {
  return actions.includes('delete') && actions.includes('create');
}

/** What becomes of a resource, as terraform's own line counts: a deposed object counts, a data source and one that stays do not. */
export function actionsOf({ mode, change }: ResourceChange): readonly ChangeAction[] {
  if (mode === 'data') return [];
  const actions: ChangeAction[] = change.importing === null ? [] : ['import'];
  const has = (action: Action): boolean => change.actions.includes(action);
  if (isReplaced(change.actions)) return [...actions, 'replace'];
  if (has('create')) actions.push('create');
  if (has('update')) actions.push('update');
  if (has('delete')) actions.push('delete');
  if (has('forget')) actions.push('forget');
  return actions;
}

/** Why a resource is replaced, as part of a sentence: the attributes that force it, or what Terraform says. */
export function replacementCause({ change, actionReason }: ResourceChange): string {
  const paths = change.replacePaths.map(toAttribute).filter((path) => path !== '');
  const [first, ...others] = paths.slice(0, MAX_NAMED);
  if (first === undefined) return REASONS.get(actionReason ?? '') ?? 'the plan does not say why';
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
  return others.length === 0 ? `${first} forces it` : `${[first, ...others].join(', ')}${more} force it`;
}

/** Attributes named one by one. */
const MAX_NAMED = 5;

/** `action_reason` of replacements without an attribute that forces them (Terraform, internal/command/jsonplan). */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['replace_because_tainted', 'it is tainted'],
  ['replace_by_request', 'the run asks for it (-replace)'],
  ['replace_by_triggers', 'replace_triggered_by names something that changes'],
  ['replace_because_cannot_update', 'the provider cannot update it in place'],
]);

function toAttribute(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
