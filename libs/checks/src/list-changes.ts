import { LISTED_CHANGES, plainText, type ChangeAction, type PlanChanges, type PlannedChange } from '@rungate/run-task';
import { actionsOf, replacementCause } from './built-in/change-kind.js';
import type { Plan } from './check.js';

/** Characters of an address, a type or a cause. */
const TEXT = 500;

/** What a plan changes, without any value. @throws PlanError when its changes cannot be read */
export async function listChanges(plan: Plan): Promise<PlanChanges> {
  const counts = noCounts();
  const items: PlannedChange[] = [];
  let isCut = false;
  for await (const change of plan.changes()) {
    for (const action of actionsOf(change)) {
      counts[action]++;
      if (items.length === LISTED_CHANGES) isCut = true;
      else {
        items.push({
          address: plainText(change.address, TEXT),
          moduleAddress: change.moduleAddress === null ? null : plainText(change.moduleAddress, TEXT),
          type: plainText(change.type, TEXT),
          action,
          why: action === 'replace' ? plainText(replacementCause(change), TEXT) : null,
        });
      }
    }
  }
  return { counts, items, isCut };
}

function noCounts(): Record<ChangeAction, number> {
  return { create: 0, update: 0, replace: 0, delete: 0, forget: 0, import: 0 };
}
