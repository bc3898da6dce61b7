/** Plans and runs for tests of checks. */
export { changeJson, planJson, type ChangeOptions } from './plan-builder.js';
export { TemporaryFiles } from './temporary-files.js';
export { RUN, runPlugin } from './run-plugin.js';
export { aResource, planOf, type ResourceParts } from './resource-change.js';
export { at, judge, judgeAll, messageOf } from './judge-rule.js';
