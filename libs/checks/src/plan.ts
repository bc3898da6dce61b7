import { setImmediate } from 'node:timers/promises';
import type { Change, Plan, ResourceChange } from './check.js';
import { asRecord, toChange, toResourceChange } from './plan-change.js';
import { PlanError } from './plan-error.js';
import { readPlan } from './plan-reader.js';

const HEADER = new Set(['format_version', 'terraform_version', 'complete', 'applyable', 'errored', 'output_changes']);
/** `format_version` that is understood: a minor version only adds members (HashiCorp, "JSON output format"). */
const SUPPORTED = /^(0\.[1-9]\d*|1\.\d+)(\.\d+)?$/;
/** Changes between two breaths, in which timers run and signals arrive. */
const BREATH = 1_024;

/**
 * The plan in a file, read again whenever its changes are asked for.
 *
 * @throws PlanError when the file is not a plan that this version understands.
 */
export function openPlan(path: string): Plan {
  const header = readHeader(path);
  return {
    formatVersion: checkFormatVersion(header.get('format_version')),
    terraformVersion: stringOrNull(header.get('terraform_version')),
    complete: booleanOrNull(header.get('complete')),
    applyable: booleanOrNull(header.get('applyable')),
    errored: booleanOrNull(header.get('errored')),
    changes: () => readChanges(path),
    outputChanges: () => Promise.resolve(toOutputChanges(header.get('output_changes'))),
  };
}

/** @throws PlanError `format_missing`, `format_unsupported` */
export function checkFormatVersion(version: unknown): string {
  if (typeof version !== 'string') {
    throw new PlanError(
      'format_missing',
      'The plan has no format_version: this is not the output of terraform show -json.',
    );
  }
  if (!SUPPORTED.test(version)) {
    const named = JSON.stringify(version.slice(0, 20));
    throw new PlanError('format_unsupported', `The plan has format_version ${named}; 0.1 to 1.x can be read.`);
  }
  return version;
}

/** Reads to the end, so that a damaged plan is known before any change is judged; members come in any order. */
function readHeader(path: string): ReadonlyMap<string, unknown> {
  const header = new Map<string, unknown>();
  for (const part of readPlan(path, (name) => (HEADER.has(name) ? 'parse' : 'skip'))) header.set(part.name, part.value);
  return header;
}

async function* readChanges(path: string): AsyncGenerator<ResourceChange, void, undefined> {
  let found = false;
  const parts = readPlan(path, (name) => {
    if (found) return 'stop';
    found = name === 'resource_changes';
    return found ? 'stream' : 'skip';
  });
  for (const part of parts) {
    // Some tools write null for "none".
    if (part.kind === 'member') {
      if (part.value === null) continue;
      throw new PlanError('bad_change', 'The resource_changes of the plan are not a list.');
    }
    if (part.index % BREATH === BREATH - 1) await setImmediate();
    yield toResourceChange(part.value, part.index);
  }
}

function toOutputChanges(value: unknown): ReadonlyMap<string, Change> {
  if (value === undefined || value === null) return new Map();
  const outputs = asRecord(value);
  if (outputs === null) throw new PlanError('bad_change', 'The output_changes of the plan are not an object.');
  return new Map(Object.entries(outputs).map(([name, change]) => [name, toChange(change, `output ${name}`)]));
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function booleanOrNull(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
