/** Plans and runs for tests of checks. */
export { changeJson, planJson, type ChangeOptions } from './plan-builder.js';
export { TemporaryFiles } from './temporary-files.js';
export { RUN, runPlugin } from './run-plugin.js';
