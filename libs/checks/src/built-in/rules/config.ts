import { SEVERITIES } from '@rungate/run-task';
import { z } from '../../schema.js';
import { condition } from './condition.js';
import { OF_ONE_CHECK, excessOf, patternLoad } from './pattern-load.js';
import { RULE_ACTIONS, type RuleAction } from './select.js';

const glob = z.string().min(1).max(500);
const globs = z.array(glob).max(100);
const everything = z.array(glob).min(1).max(100).default(['*']);

const selector = z
  .strictObject({
    types: everything.describe('Resource types; * and ? stand for any characters.'),
    addresses: everything.describe('Addresses, such as module.db.* or *.this["prod"].'),
    modules: everything.describe('Addresses of modules; root for the root module.'),
    providers: everything.describe('Providers by their whole name, such as */hashicorp/aws.'),
    mode: z.enum(['managed', 'data', 'any']).default('managed'),
    exclude: z
      .strictObject({ types: globs.default([]), addresses: globs.default([]), modules: globs.default([]) })
      .prefault({})
      .describe('What the rule is not about, whatever the other lists say.'),
  })
  .prefault({});

/** What makes or changes something, by which an unwanted resource could come into being. */
const DEFAULT_ACTIONS: readonly RuleAction[] = ['create', 'update', 'import', 'move', 'read'];

const rule = z.strictObject({
  name: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'Must begin with a letter or digit and hold only letters, digits, - and _.'),
  severity: z.enum(SEVERITIES).default('high'),
  resources: selector.describe('Which resources the rule is about; all managed ones when absent.'),
  actions: z
    .array(z.enum(RULE_ACTIONS))
    .min(1)
    .max(RULE_ACTIONS.length)
    .default([...DEFAULT_ACTIONS])
    .describe('What must happen to a resource for the rule to look at it. A replacement is a create and a delete.'),
  where: condition.optional().describe('Only resources for which this holds, or may hold.'),
  require: condition.describe('What must hold of each of them.'),
  message: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('What is said of a resource that breaks it, such as "is public".'),
  remediation: z.string().min(1).max(500).optional(),
  docsUrl: z
    .url({ protocol: /^https$/, error: 'Must be an https address.' })
    .max(500)
    .optional(),
  showValue: z
    .boolean()
    .default(false)
    .describe('Whether outcomes may show the value that breaks the rule. Sensitive values are never shown.'),
  minimum: z.int().min(0).default(0).describe('Fewest resources that the rule must apply to; fewer is a finding.'),
});

/** One rule, ready to be asked. */
export type Rule = z.infer<typeof rule>;

const settings = z.strictObject({
  rules: z
    .array(rule)
    .max(100)
    .default([])
    .check(({ value, issues }) => {
      const seen = new Set<string>();
      for (const [index, { name }] of value.entries()) {
        const path = [index, 'name'];
        if (seen.has(name))
          issues.push({ code: 'custom', input: name, path, message: 'Is the name of an earlier rule.' });
        seen.add(name);
      }
    }),
});

/** Schema of the configuration of `rules`. Patterns are counted before the first one is compiled: that is what takes time. */
export const config = z.preprocess((written, context) => {
  const excess = excessOf(patternLoad(written), OF_ONE_CHECK);
  if (excess !== null) context.addIssue({ code: 'custom', path: ['rules'], message: `Its rules have ${excess}.` });
  return written;
}, settings);

/** Configuration of `rules`, defaults filled in and conditions ready to be asked. */
export type RulesConfig = z.infer<typeof config>;
