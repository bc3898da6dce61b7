import type { Action, Change, TerraformCheck, DeferredChange, ResourceChange } from './check.js';
import { PlanError } from './plan-error.js';

const ACTIONS: ReadonlySet<string> = new Set<Action>(['no-op', 'create', 'read', 'update', 'delete', 'forget']);

/** One change; `where` names it in messages. Members that older releases do not write may be missing. @throws PlanError `bad_change` */
export function toResourceChange(value: unknown, where: string): ResourceChange {
  const entry = asRecord(value);
  if (entry === null) throw new PlanError('bad_change', `${where} of the plan is not an object.`);
  return {
    address: requiredString(entry, 'address', where),
    moduleAddress: optionalString(entry.module_address),
    mode: entry.mode === 'data' ? 'data' : 'managed',
    type: requiredString(entry, 'type', where),
    name: optionalString(entry.name) ?? '',
    index: typeof entry.index === 'number' ? entry.index : optionalString(entry.index),
    providerName: optionalString(entry.provider_name),
    deposed: optionalString(entry.deposed),
    previousAddress: optionalString(entry.previous_address),
    actionReason: optionalString(entry.action_reason),
    change: toChange(entry.change, where),
  };
}

/** One entry of `deferred_changes`. @throws PlanError `bad_change` */
export function toDeferredChange(value: unknown, index: number): DeferredChange {
  const entry = asRecord(value) ?? {};
  const where = `deferred_changes[${index}].resource_change`;
  return { reason: optionalString(entry.reason), change: toResourceChange(entry.resource_change, where) };
}

/** One entry of `checks`. @throws PlanError `bad_change` */
export function toTerraformCheck(value: unknown, index: number): TerraformCheck {
  const entry = asRecord(value);
  if (entry === null) throw new PlanError('bad_change', `checks[${index}] of the plan is not an object.`);
  const address = asRecord(entry.address) ?? {};
  return {
    address: optionalString(address.to_display) ?? '',
    kind: optionalString(address.kind),
    status: toStatus(entry.status),
    problems: list(entry.instances).flatMap((instance) => list(asRecord(instance)?.problems).flatMap(toProblem)),
  };
}

/** The change of a resource or an output. An action that nobody here knows is refused: it could be anything. */
export function toChange(value: unknown, where: string): Change {
  const change = asRecord(value);
  if (change === null) throw new PlanError('bad_change', `${where} of the plan has no change.`);
  return {
    actions: toActions(change.actions, where),
    before: change.before ?? null,
    after: change.after ?? null,
    afterUnknown: change.after_unknown ?? false,
    beforeSensitive: change.before_sensitive ?? false,
    afterSensitive: change.after_sensitive ?? false,
    replacePaths: Array.isArray(change.replace_paths) ? change.replace_paths.filter(isPath) : [],
    importing: toImporting(change.importing),
  };
}

/** An object that is no array, or null. Its members are own properties: look no name up that the plan gave. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toActions(value: unknown, where: string): readonly Action[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isAction)) {
    throw new PlanError('bad_change', `${where} of the plan has actions that this version does not know.`);
  }
  return value;
}

function toStatus(status: unknown): TerraformCheck['status'] {
  return status === 'pass' || status === 'fail' || status === 'error' ? status : 'unknown';
}

function toProblem(problem: unknown): readonly string[] {
  const message = asRecord(problem)?.message;
  return typeof message === 'string' ? [message] : [];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isAction(value: unknown): value is Action {
  return typeof value === 'string' && ACTIONS.has(value);
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');
}

function toImporting(value: unknown): Change['importing'] {
  const importing = asRecord(value);
  return importing === null ? null : { id: optionalString(importing.id) };
}

function requiredString(entry: Readonly<Record<string, unknown>>, name: string, where: string): string {
  const value = entry[name];
  if (typeof value !== 'string') throw new PlanError('bad_change', `${where} of the plan has no ${name}.`);
  return value;
}

function optionalString(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
