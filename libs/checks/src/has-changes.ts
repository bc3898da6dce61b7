import type { Change, Plan, ResourceChange } from './check.js';

/**
 * Whether applying a plan would do anything: change a resource or an output, import, move, forget or invoke an action. Null when the plan
 * cannot say, because it is errored, partial or defers changes, and lists none.
 */
export async function hasChanges(plan: Plan): Promise<boolean | null> {
  if (plan.invokesActions) return true;
  for await (const resource of plan.changes()) if (isChange(resource.change) || isMoved(resource)) return true;
  for (const change of (await plan.outputChanges()).values()) if (isChange(change)) return true;
  for await (const deferred of plan.deferredChanges()) if (isChange(deferred.change.change)) return null;
  return isWhole(plan) ? false : null;
}

function isWhole({ errored, complete }: Plan): boolean {
  return errored !== true && complete !== false;
}

function isMoved({ address, previousAddress }: ResourceChange): boolean {
  return previousAddress !== null && previousAddress !== address;
}

function isChange({ actions, importing }: Change): boolean {
  return importing !== null || actions.some((action) => action !== 'no-op' && action !== 'read');
}
