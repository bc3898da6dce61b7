/**
 * What a check is, and the checks that Rungate ships.
 *
 * **check plugin**: code that judges a run. **check**: a plugin as one run task uses it. **plan**: the masked output of
 * `terraform show -json`, read from a file. **catalogue**: the plugins there are, as data.
 */
export type {
  Action,
  Change,
  CheckInput,
  CheckPlugin,
  TerraformCheck,
  DeferredChange,
  Finding,
  Plan,
  Report,
  ResourceChange,
  RunFacts,
  Severity,
  Stage,
} from './check.js';
export { PlanError, type PlanErrorCode } from './plan-error.js';
export { openPlan } from './plan.js';
export { checkFormatVersion, requirePlan } from './plan-format.js';
export { indexPlan, readMember, type PlanMember } from './plan-index.js';
export { openPlanFile, rootMembers } from './plan-reader.js';
export { BYTE, stringEnd } from './json-bytes.js';
export { JsonScanner } from './json-scanner.js';
export { MASK } from './mask.js';
export { hasChanges } from './has-changes.js';
export { listChanges } from './list-changes.js';
export { toConfigProblems, type ConfigProblem } from './config-problems.js';
export { readByConfigSchema } from './config-schema.js';
export { checkProblems, type Plugins } from './check-settings.js';
export { PluginCatalogue } from './plugin-catalogue.js';
export { pluginManifest, readManifest, type PluginManifest } from './plugin-manifest.js';
export {
  catalogue,
  findPlugin,
  needsPlan,
  validateCheckConfig,
  type CatalogueEntry,
  type ConfigValidation,
} from './registry.js';
