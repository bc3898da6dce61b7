import type { Finding, Plan } from '../check.js';

/** What a reader must know of a plan that is not whole, as sentences that begin with a blank; empty when it is whole. */
export async function planRemarks(plan: Plan): Promise<string> {
  let deferred = 0;
  for await (const change of plan.deferredChanges()) deferred += change.change.mode === 'data' ? 0 : 1;
  const errored = plan.errored === true ? ' Planning failed half way: what is listed is not all.' : '';
  const partial = plan.complete === false ? ' The plan is partial: more may change later.' : '';
  const later = deferred === 0 ? '' : ` Deferred and not judged: ${deferred}.`;
  return errored + partial + later;
}

/** The finding of a check that guards: what an errored plan does not list cannot be called harmless. */
export function erroredPlan(plan: Plan): readonly Finding[] {
  if (plan.errored !== true) return [];
  return [
    {
      rule: 'errored-plan',
      severity: 'high',
      message: 'Planning failed half way: what the run would do is not all known.',
      remediation: 'Mend the configuration until terraform plan succeeds.',
      certainty: 'unknown',
    },
  ];
}
