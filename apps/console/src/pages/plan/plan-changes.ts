import { z } from 'zod';

/** What a plan does to a resource. */
export const ACTIONS = ['create', 'update', 'replace', 'delete', 'import', 'read', 'forget'] as const;
/** What a plan does to a resource. */
export type Action = (typeof ACTIONS)[number];

/** A resource that a plan changes. */
export interface PlanChange {
  readonly address: string;
  readonly action: Action;
  /** Why it is replaced, where that is known. */
  readonly why?: string | null;
}

const shape = z.object({
  resource_changes: z
    .array(z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) }))
    .default([]),
});

/** What a plan changes, as `terraform show -json` prints it; what is no plan changes nothing. */
export function planChangesOf(plan: unknown): readonly PlanChange[] {
  const reading = shape.safeParse(plan);
  if (!reading.success) return [];
  return reading.data.resource_changes.flatMap(({ address, change }) => {
    const action = actionOf(change.actions);
    return action === null ? [] : [{ address, action }];
  });
}

/** Terraform writes a replacement as a deletion and a creation, in the order in which they happen. */
function actionOf(actions: readonly string[]): Action | null {
  if (actions.includes('create') && actions.includes('delete')) return 'replace';
  return ACTIONS.find((action) => action === actions[0]) ?? null;
}
