import { matchesAnyGlob } from '@rungate/run-task';
import type { CheckInput, CheckPlugin, Finding, Report, ResourceChange } from '../check.js';
import { z } from '../schema.js';
import { isDestroyed, isReplaced, replacementCause } from './change-kind.js';
import { destroyLimits, type Destruction } from './destroy-limits.js';
import { FindingList } from './finding-list.js';
import { isMaskedAddress, matchesAddress, mayMatchAddress } from './address-patterns.js';
import { erroredPlan, planRemarks } from './plan-remarks.js';
import { PROTECTED_TYPES } from './protected-types.js';

const glob = z.string().min(1).max(500);
const globs = z.array(glob).max(1_000);

const config = z.strictObject({
  protectedTypes: globs
    .default([...PROTECTED_TYPES])
    .describe('Resource types that must not be destroyed, replaced or forgotten; * and ? stand for any characters.'),
  protectedAddresses: globs.default([]).describe('Addresses that must not be, such as module.db.* or *.this["prod"].'),
  allow: globs.default([]).describe('Addresses that may be, whatever the other lists say.'),
  maxDeletes: z.int().min(0).optional().describe('Most resources that one run may destroy, replacements included.'),
  maxDeleteShare: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Largest share of the existing resources that one run may destroy, 0 to 1, replacements included.'),
  allowDestroyRun: z
    .boolean()
    .default(false)
    .describe('Whether a run may destroy everything; then the two limits do not count for it, protection does.'),
});

/** Configuration of `destructive-guard`, defaults filled in. */
export type DestructiveGuardConfig = z.infer<typeof config>;

/** Stops runs that destroy, replace or forget what cannot be made again. */
export const destructiveGuard: CheckPlugin<DestructiveGuardConfig> = {
  contract: 1,
  name: 'destructive-guard',
  version: '1.0.0',
  title: 'Destructive changes',
  summary: 'Stops a run that would destroy, replace or forget databases, stores, keys or zones, or too much at once.',
  stages: ['post_plan', 'pre_apply'],
  needs: ['plan'],
  config,
  run: judge,
};

async function judge({ plan, config: settings }: CheckInput<DestructiveGuardConfig>): Promise<Report> {
  if (plan === null) throw new Error('this stage has no plan to judge');
  const list = new FindingList();
  const destruction: Destruction = { existing: 0, destroyed: 0, untouched: 0 };
  for await (const change of plan.changes()) {
    if (change.mode === 'data') continue;
    count(destruction, change);
    const finding = judgeChange(change, settings);
    if (finding !== null) list.add(finding);
  }
  const violations = [...destroyLimits(destruction, settings), ...list.toFindings()];
  return {
    findings: [...violations, ...erroredPlan(plan)],
    summary: summarize(violations.length, destruction) + (await planRemarks(plan)),
    facts: { destroyed: destruction.destroyed },
  };
}

function count(destruction: Destruction, change: ResourceChange): void {
  const { actions, before } = change.change;
  if (before !== null) destruction.existing++;
  if (isDestroyed(actions)) destruction.destroyed++;
  if (!actions.every((action) => action === 'delete')) destruction.untouched++;
}

function judgeChange(change: ResourceChange, settings: DestructiveGuardConfig): Finding | null {
  const { actions } = change.change;
  const isForgotten = actions.includes('forget');
  if (!isDestroyed(actions) && !isForgotten) return null;
  if (matchesAnyGlob(settings.allow, change.address)) return null;
  const isNamed = matchesAddress(settings.protectedAddresses, change.address);
  const isProtected = matchesAnyGlob(settings.protectedTypes, change.type) || isNamed;
  if (!isProtected) return judgeMasked(change, settings);
  if (isForgotten) return forgotten(change);
  return isReplaced(actions) ? replaced(change) : destroyed(change);
}

function destroyed(change: ResourceChange): Finding {
  const what = change.deposed === null ? '' : ' (an object that an earlier replacement left behind)';
  return {
    rule: 'protected-delete',
    severity: 'critical',
    address: change.address,
    message: `would be destroyed${what}.`,
    remediation: 'Keep it in the configuration, or allow its address for this check.',
    certainty: 'violation',
  };
}

function replaced(change: ResourceChange): Finding {
  return {
    rule: 'protected-replace',
    severity: 'critical',
    address: change.address,
    message: `would be destroyed and made anew: ${replacementCause(change)}.`,
    remediation: 'Undo what forces the replacement, or allow its address for this check.',
    certainty: 'violation',
  };
}

function forgotten(change: ResourceChange): Finding {
  return {
    rule: 'protected-forget',
    severity: 'high',
    address: change.address,
    message: 'would be forgotten: it stays, but Terraform no longer manages it.',
    remediation: 'Keep it in the configuration, or allow its address for this check.',
    certainty: 'violation',
  };
}

/** An address that holds a masked value cannot be compared; marking a value sensitive must not be a way around. */
function judgeMasked(change: ResourceChange, settings: DestructiveGuardConfig): Finding | null {
  if (!isMaskedAddress(change.address) || !mayMatchAddress(settings.protectedAddresses, change.address)) return null;
  return {
    rule: 'masked-address',
    severity: 'critical',
    address: change.address,
    message: 'would go, and whether it is protected cannot be told: its address holds a sensitive value.',
    remediation: 'Do not use sensitive values as keys of resources.',
    // Not `unknown`, which passes by default: it is the author of the plan who decides what is masked.
    certainty: 'violation',
  };
}

function summarize(findings: number, { destroyed: count }: Destruction): string {
  const resources = count === 1 ? '1 resource' : `${count} resources`;
  if (findings > 0) return `The run would destroy ${resources}, against the rules.`;
  return count === 0 ? 'Nothing is destroyed.' : `${resources} destroyed, none of them protected.`;
}
