import { setImmediate } from 'node:timers/promises';
import type { Change, Plan } from './check.js';
import { SCANNER_LIMITS } from './json-scanner.js';
import { asRecord, toChange, toTerraformCheck, toDeferredChange, toResourceChange } from './plan-change.js';
import { PlanError } from './plan-error.js';
import { checkFormatVersion, requireNothingPlanned, requirePlan } from './plan-format.js';
import { indexPlan, readList, readMember, type PlanMember } from './plan-index.js';

/** Members that are read element by element, because they grow with the plan. */
const LISTS = new Set(['resource_changes', 'resource_drift', 'deferred_changes', 'checks', 'action_invocations']);
/** Entries between two breaths, in which timers run and signals arrive. */
const BREATH = 1_024;

/**
 * The plan in a file. It is read to its end once, so that a damaged plan is known before any change is judged; then its
 * parts are read as often as they are asked for. A configuration larger than `configurationBytes` is refused when it is.
 *
 * @throws PlanError when the file is not a plan that this version understands.
 */
export function openPlan(path: string, { configurationBytes = SCANNER_LIMITS.valueBytes } = {}): Plan {
  const members = indexPlan(path, (name) => LISTS.has(name));
  const read = (name: string): unknown => readMember(path, members.get(name));
  const toConfiguration = (): Readonly<Record<string, unknown>> | null =>
    asRecord(readMember(path, members.get('configuration'), { ...SCANNER_LIMITS, valueBytes: configurationBytes }));
  const names = new Set(members.keys());
  const formatVersion = checkFormatVersion(read('format_version'), names);
  requirePlan(names);
  if (isEmpty(members.get('resource_changes')) && isEmpty(members.get('deferred_changes'))) {
    requireNothingPlanned(read('planned_values'));
  }
  const list = <Entry>(name: string, toEntry: (value: unknown, index: number) => Entry): AsyncIterable<Entry> =>
    readEntries({ path, name, member: members.get(name) }, toEntry);
  return {
    formatVersion,
    terraformVersion: stringOrNull(read('terraform_version')),
    complete: booleanOrNull(read('complete')),
    applyable: booleanOrNull(read('applyable')),
    errored: booleanOrNull(read('errored')),
    invokesActions: !isEmpty(members.get('action_invocations')),
    changes: () => list('resource_changes', (entry, index) => toResourceChange(entry, `resource_changes[${index}]`)),
    drift: () => list('resource_drift', (entry, index) => toResourceChange(entry, `resource_drift[${index}]`)),
    deferredChanges: () => list('deferred_changes', toDeferredChange),
    terraformChecks: () => list('checks', toTerraformCheck),
    outputChanges: () => Promise.resolve().then(() => toOutputChanges(read('output_changes'))),
    variables: () => Promise.resolve().then(() => toVariables(read('variables'))),
    configuration: () => Promise.resolve().then(() => toConfiguration()),
    priorState: () => Promise.resolve().then(() => asRecord(read('prior_state'))),
  };
}

/** A list that is missing or holds nothing; what is no list is refused when it is read. */
function isEmpty(member: PlanMember | undefined): boolean {
  return member?.kind !== 'list' || member.runs.length === 0;
}

interface List {
  readonly path: string;
  readonly name: string;
  readonly member: PlanMember | undefined;
}

async function* readEntries<Entry>(
  { path, name, member }: List,
  toEntry: (value: unknown, index: number) => Entry,
): AsyncGenerator<Entry, void, undefined> {
  if (member === undefined) return;
  if (member.kind === 'value') {
    // Some tools write null for "none".
    if (readMember(path, member) === null) return;
    throw new PlanError('bad_change', `The ${name} of the plan are not a list.`);
  }
  let index = 0;
  for (const entry of readList(path, member)) {
    if (index % BREATH === BREATH - 1) await setImmediate();
    yield toEntry(entry, index++);
  }
}

function toOutputChanges(value: unknown): ReadonlyMap<string, Change> {
  if (value === undefined || value === null) return new Map();
  const outputs = asRecord(value);
  if (outputs === null) throw new PlanError('bad_change', 'The output_changes of the plan are not an object.');
  return new Map(Object.entries(outputs).map(([name, change]) => [name, toChange(change, `output ${name}`)]));
}

function toVariables(value: unknown): ReadonlyMap<string, unknown> {
  const variables = Object.entries(asRecord(value) ?? {});
  return new Map(variables.map(([name, variable]) => [name, asRecord(variable)?.value ?? null]));
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function booleanOrNull(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
