import { asRecord } from './plan-change.js';
import { PlanError } from './plan-error.js';

/** `format_version` that is understood: a minor version only adds members (HashiCorp, "JSON output format"). */
const SUPPORTED = /^(0\.[1-9]\d*|1\.\d+)(\.\d+)?$/;
/** A plan has one of these; every Terraform writes the first two. */
const PLAN_MEMBERS = ['planned_values', 'configuration', 'resource_changes', 'output_changes', 'deferred_changes'];
/** Nested modules that are looked at. */
const MAX_DEPTH = 64;

/** @throws PlanError `format_missing`, `format_unsupported`; `members` are the names at the top of the document. */
export function checkFormatVersion(version: unknown, members: ReadonlySet<string>): string {
  if (typeof version !== 'string') throw new PlanError('format_missing', whyFormatMissing(members));
  if (!SUPPORTED.test(version)) {
    const named = JSON.stringify(version.slice(0, 20));
    throw new PlanError('format_unsupported', `The plan has format_version ${named}; 0.1 to 1.x can be read.`);
  }
  return version;
}

function whyFormatMissing(members: ReadonlySet<string>): string {
  if (members.has('lineage') || (members.has('serial') && members.has('version'))) {
    return 'This is a state, not a plan: give the output of terraform show -json PLANFILE.';
  }
  if (members.has('plan_format_version')) {
    return 'This is the redacted form of a plan, which lacks what checks read: give the output of terraform show -json.';
  }
  return 'The plan has no format_version: this is not the output of terraform show -json.';
}

/** @throws PlanError `not_a_plan`: Terraform writes a `format_version` into states, schemas and more. */
export function requirePlan(members: ReadonlySet<string>): void {
  if (PLAN_MEMBERS.some((name) => members.has(name))) return;
  const what = members.has('values') ? 'This is a state, not a plan' : 'This document of Terraform is not a plan';
  throw new PlanError('not_a_plan', `${what}: give the output of terraform show -json PLANFILE.`);
}

/**
 * For a plan without a single change: Terraform lists every managed resource that it plans, also unchanged ones. Where
 * none is listed, "nothing is destroyed" would be said of changes that nobody saw. @throws PlanError `no_changes`
 */
export function requireNothingPlanned(plannedValues: unknown): void {
  if (!hasManaged(asRecord(plannedValues)?.root_module, 0)) return;
  const message = 'The plan has planned resources and no resource_changes: something took the changes out of it.';
  throw new PlanError('no_changes', message);
}

function hasManaged(module: unknown, depth: number): boolean {
  const { resources, child_modules: children } = asRecord(module) ?? {};
  if (Array.isArray(resources) && resources.some((resource) => asRecord(resource)?.mode !== 'data')) return true;
  if (!Array.isArray(children)) return false;
  return depth >= MAX_DEPTH || children.some((child) => hasManaged(child, depth + 1));
}
