import { z } from '../../schema.js';
import { OPERATORS, type OperatorName, type Test } from './operators.js';
import { parsePath, type AttributePath } from './path.js';

/** How many of the values that a path means must pass. */
export type Match = 'every' | 'some';

/** A condition, ready to be asked. */
export type Condition =
  | {
      readonly kind: 'all' | 'any' | 'none';
      readonly conditions: readonly Condition[];
      readonly depth: number;
      readonly size: number;
    }
  | Leaf;

/** One question about the values that a path means. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly path: AttributePath;
  readonly test: Test;
  /** Whether the test must fail: `notEquals` and its like. */
  readonly isNegated: boolean;
  /** Null: the strict reading of the place where the condition stands. */
  readonly match: Match | null;
  readonly depth: 1;
  readonly size: 1;
}

/** A condition as it is written: one of `all`, `any`, `none`, or `path` with `operator`. */
export interface WrittenCondition {
  readonly all?: readonly WrittenCondition[] | undefined;
  readonly any?: readonly WrittenCondition[] | undefined;
  readonly none?: readonly WrittenCondition[] | undefined;
  readonly path?: string | undefined;
  readonly operator?: OperatorName | undefined;
  readonly value?: unknown;
  readonly match?: Match | undefined;
  readonly ignoreCase?: boolean | undefined;
}

const MAX_DEPTH = 8;
const MAX_SIZE = 100;
const GROUPS = ['all', 'any', 'none'] as const;

const members = z.lazy(() => z.array(condition).min(1).max(MAX_SIZE).optional());

/** Schema of a condition; what it makes can be asked. */
export const condition: z.ZodType<Condition, WrittenCondition> = z
  .strictObject({
    all: members.describe('Every one of these must hold.'),
    any: members.describe('At least one of these must hold.'),
    none: members.describe('None of these may hold.'),
    path: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Such as tags.Owner, ingress[*].cidr_blocks[*] or $tags.Owner.'),
    operator: z.enum([...OPERATORS.keys()], `Must be one of ${[...OPERATORS.keys()].join(', ')}.`).optional(),
    value: z.unknown().optional().describe('What the operator compares with.'),
    match: z.enum(['every', 'some']).optional().describe('How many of the values that the path means must pass.'),
    ignoreCase: z.boolean().optional(),
  })
  .transform((written, context): Condition => {
    const report = (problems: readonly Problem[]): never => {
      for (const { path, message } of problems) context.addIssue({ code: 'custom', path, message });
      return z.NEVER;
    };
    const groups = GROUPS.filter((name) => written[name] !== undefined);
    const [kind] = groups;
    if (kind === undefined) return readLeaf(written, report);
    if (groups.length > 1) return report([{ path: [], message: 'Has more than one of all, any and none: nest them.' }]);
    const surplus = (['path', 'operator', 'value', 'match', 'ignoreCase'] as const).filter(
      (name) => written[name] !== undefined,
    );
    if (surplus.length > 0)
      return report(surplus.map((name) => ({ path: [name], message: `Does not go with ${kind}.` })));
    return readGroup(kind, written[kind] ?? [], report);
  });

interface Problem {
  readonly path: PropertyKey[];
  readonly message: string;
}
type ReportProblems = (problems: readonly Problem[]) => never;

function readGroup(kind: (typeof GROUPS)[number], conditions: readonly Condition[], report: ReportProblems): Condition {
  const depth = 1 + Math.max(...conditions.map((one) => one.depth));
  const size = conditions.reduce((sum, one) => sum + one.size, 0);
  if (depth > MAX_DEPTH) return report([{ path: [kind], message: `Is nested deeper than ${MAX_DEPTH}.` }]);
  if (size > MAX_SIZE) return report([{ path: [kind], message: `Holds more than ${MAX_SIZE} conditions.` }]);
  return { kind, conditions, depth, size };
}

type WrittenLeaf = Omit<WrittenCondition, (typeof GROUPS)[number]>;

function readLeaf(written: WrittenLeaf, report: ReportProblems): Condition {
  const { path, operator, match = null } = written;
  const known = operator === undefined ? undefined : OPERATORS.get(operator);
  if (path === undefined || known === undefined) return report([missing(written)]);
  const parsed = parsePath(path);
  const read = known.read(written.value, written.ignoreCase === true);
  if (parsed.ok && read.ok) {
    return { kind: 'leaf', path: parsed.path, test: read.test, isNegated: known.isNegated, match, depth: 1, size: 1 };
  }
  const ofPath = parsed.ok ? [] : [{ path: ['path'], message: parsed.problem }];
  const ofValue = read.ok ? [] : read.problems;
  return report([...ofPath, ...ofValue.map((problem) => ({ ...problem, path: ['value', ...problem.path] }))]);
}

function missing({ path, operator }: WrittenLeaf): Problem {
  if (path !== undefined)
    return { path: ['operator'], message: `Is missing: one of ${[...OPERATORS.keys()].join(', ')}.` };
  if (operator !== undefined) return { path: ['path'], message: 'Is missing: the attribute that is compared.' };
  return { path: [], message: 'Must have path and operator, or one of all, any and none.' };
}
