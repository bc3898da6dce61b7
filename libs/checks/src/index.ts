/**
 * What a check is, and the checks that Rungate ships.
 */
export type { Action, Change, CheckInput, CheckPlugin, Plan, ResourceChange } from './check.js';
