import { LISTED_CHANGES, plainText, type ChangeAction, type PlanChanges, type PlannedChange } from '@rungate/run-task';
import { actionsOf, replacementCause } from './built-in/change-kind.js';
import type { Plan } from './check.js';
import { PlanError } from './plan-error.js';
import { referencesAmong } from './plan-references.js';
import { openPlan } from './plan.js';

/** Characters of an address, a type or a cause. */
const TEXT = 500;
/** A larger configuration is not read: what lists has the memory of a masking child, and references are a convenience. */
const CONFIGURATION_BYTES = 4 * 2 ** 20;

/** What the plan in a file changes, without any value. @throws PlanError when its changes cannot be read */
export async function listChanges(path: string): Promise<PlanChanges> {
  const plan = openPlan(path, { configurationBytes: CONFIGURATION_BYTES });
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
  return { counts, items, references: referencesAmong(items, await configurationOf(plan)), isCut };
}

/** Null where it cannot be read, too: what changes is told nevertheless. */
async function configurationOf(plan: Plan): Promise<Awaited<ReturnType<Plan['configuration']>>> {
  try {
    return await plan.configuration();
  } catch (cause) {
    if (cause instanceof PlanError) return null;
    throw cause;
  }
}

function noCounts(): Record<ChangeAction, number> {
  return { create: 0, update: 0, replace: 0, delete: 0, forget: 0, import: 0 };
}
