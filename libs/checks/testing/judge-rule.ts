import type { Finding, Plan, Report, ResourceChange } from '../src/check.js';
import { rules } from '../src/built-in/rules/rules.js';
import { aResource, planOf, type ResourceParts } from './resource-change.js';
import { runPlugin } from './run-plugin.js';

/** What one rule with this condition says of one resource: `ok`, `violation` or `unknown`. */
export async function judge(
  require: unknown,
  parts: ResourceParts,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { findings } = await judgeAll({ name: 'r', require, ...more }, [aResource('aws_thing.a', parts)]);
  return findings[0]?.certainty ?? 'ok';
}

/** One rule over these changes. */
export function judgeAll(rule: unknown, changes: readonly ResourceChange[], plan: Partial<Plan> = {}): Promise<Report> {
  return runPlugin(rules, planOf(changes, plan), { rules: [rule] });
}

/** What a rule with this condition finds in a resource that will be like this. */
export async function messageOf(
  require: unknown,
  after: unknown,
  more: Record<string, unknown> = {},
): Promise<Finding> {
  const { findings } = await judgeAll({ name: 'r', require, ...more }, [aResource('aws_thing.a', { after })]);
  const [finding] = findings;
  if (finding === undefined) throw new Error('nothing was found');
  return finding;
}

/** One question of a rule, as it is written. */
export function at(path: string, operator: string, value?: unknown, more: Record<string, unknown> = {}) {
  return { path, operator, ...(value === undefined ? {} : { value }), ...more };
}
