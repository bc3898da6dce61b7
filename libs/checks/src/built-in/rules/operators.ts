import { asRecord } from '../../plan-change.js';
import { z } from '../../schema.js';
import { isWithin, readCidr, type Cidr } from './cidr.js';
import { folded, isEmpty, isSame, isScalar, toNumber, type Scalar } from './compare.js';
import { hasUnknown, isMasked, ownNames, unknownAt } from './find.js';
import { readPattern, PATTERN_LIMIT, type Pattern } from './pattern.js';

/** Whether a value that is set passes; or why that cannot be told. */
export type TestAnswer = boolean | 'unknown' | 'masked' | { readonly misfit: string };

/** An operator with its value. */
export interface Test {
  /** After "must": `be one of "a", "b"`. */
  readonly words: string;
  /** `unknown` are the marks of the value: what is in it and known only after apply. */
  holds(value: unknown, unknown: unknown): TestAnswer;
  /** Present when a sensitive value passes whatever it is. */
  readonly passesMasked?: true;
}

/** What an operator makes of its value: a test, or what is wrong with the value. */
export type OperatorReading =
  | { readonly ok: true; readonly test: Test }
  | { readonly ok: false; readonly problems: readonly { readonly path: PropertyKey[]; readonly message: string }[] };

type Read = (value: unknown, ignoreCase: boolean) => OperatorReading;

const MAX_VALUES = 1_000;
const text = z.string().min(1).max(1_000);
const scalar = z.union([z.string().max(1_000), z.number(), z.boolean()], 'Must be a text, a number, true or false.');
const finite = z.number();

const cidr = z.string().transform((written, context): Cidr => {
  const read = readCidr(written);
  if (read !== null) return read;
  context.addIssue({ code: 'custom', message: 'Must be a range such as 10.0.0.0/8 or fd00::/8, or an address.' });
  return z.NEVER;
});

const pattern = (ignoreCase: boolean): z.ZodType<{ written: string; engine: Pattern }> =>
  z
    .string()
    .min(1)
    .max(PATTERN_LIMIT)
    .transform((written, context) => {
      const read = readPattern(written, ignoreCase);
      if (read.ok) return { written, engine: read.pattern };
      context.addIssue({ code: 'custom', message: read.problem });
      return z.NEVER;
    });

const lengths = z
  .strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'Must have min, max or both.')
  .refine(({ min = 0, max = Infinity }) => min <= max, 'min must not be greater than max.');

/** Every operator that asks whether something is so; `NEGATED` has those that ask the contrary. */
const READERS = {
  equals: operator(scalar, (value, ignoreCase) => ({
    words: `be ${show(value)}`,
    holds: ofScalar((actual) => isSame(actual, value, ignoreCase)),
  })),
  in: operator(z.array(scalar).min(1).max(MAX_VALUES), (values, ignoreCase) => ({
    words: `be one of ${list(values.map(show))}`,
    holds: ofScalar((actual) => values.some((value) => isSame(actual, value, ignoreCase))),
  })),
  matches: (value: unknown, ignoreCase: boolean) =>
    operator(pattern(ignoreCase), ({ written, engine }) => ({
      words: `match ${written}`,
      holds: ofText((actual) => engine.covers(actual) ?? { misfit: 'is too long to be matched' }),
    }))(value, ignoreCase),
  startsWith: operator(text, (value, ignoreCase) => ({
    words: `start with ${show(value)}`,
    holds: ofText((actual) => folded(actual, ignoreCase).startsWith(folded(value, ignoreCase))),
  })),
  endsWith: operator(text, (value, ignoreCase) => ({
    words: `end with ${show(value)}`,
    holds: ofText((actual) => folded(actual, ignoreCase).endsWith(folded(value, ignoreCase))),
  })),
  contains: operator(scalar, (value, ignoreCase) => ({
    words: `contain ${show(value)}`,
    holds: (actual, unknown) => contains({ actual, unknown }, value, ignoreCase),
  })),
  exists: operator(z.undefined('exists has no value.'), () => ({
    words: 'be set',
    // What is null is not masked: a masked value is there.
    passesMasked: true,
    holds: (actual, unknown) => !isEmpty(actual) || (hasUnknown(unknown) ? 'unknown' : false),
  })),
  greaterThan: operator(finite, (bound) => compared(`be greater than ${bound}`, (actual) => actual > bound)),
  greaterOrEqual: operator(finite, (bound) => compared(`be at least ${bound}`, (actual) => actual >= bound)),
  lessThan: operator(finite, (bound) => compared(`be less than ${bound}`, (actual) => actual < bound)),
  lessOrEqual: operator(finite, (bound) => compared(`be at most ${bound}`, (actual) => actual <= bound)),
  between: operator(
    z.tuple([finite, finite]).refine(([least, most]) => least <= most, 'The first number must not be the greater.'),
    ([least, most]) => compared(`be between ${least} and ${most}`, (actual) => actual >= least && actual <= most),
  ),
  cidrWithin: operator(z.array(cidr).min(1).max(MAX_VALUES), (ranges) => ({
    words: 'lie within the given ranges',
    holds: ofText((actual) => {
      const range = readCidr(actual);
      return range === null ? { misfit: 'is no range of addresses' } : ranges.some((outer) => isWithin(range, outer));
    }),
  })),
  length: operator(lengths, ({ min = 0, max = Infinity }) => ({
    words: `have ${max === Infinity ? `at least ${min}` : `${min} to ${max}`} characters or elements`,
    holds: (actual, unknown) => {
      const length = lengthOf(actual, unknown);
      return length === null ? { misfit: 'has no length' } : length >= min && length <= max;
    },
  })),
  case: operator(z.enum(['lower', 'upper']), (wanted) => ({
    words: `be in ${wanted} case`,
    holds: ofText((actual) => actual === (wanted === 'lower' ? actual.toLowerCase() : actual.toUpperCase())),
  })),
} as const satisfies Readonly<Record<string, Read>>;

type Asking = keyof typeof READERS;

/** Operators that ask the contrary of another one; what is not set passes them. */
const NEGATED = {
  notEquals: 'equals',
  notIn: 'in',
  notMatches: 'matches',
  notContains: 'contains',
  absent: 'exists',
} as const satisfies Readonly<Record<string, Asking>>;

/** Name of an operator. */
export type OperatorName = Asking | keyof typeof NEGATED;

/** What a condition's operator comes to: a test, and whether it must hold or must not. */
export interface Operator {
  readonly isNegated: boolean;
  readonly read: Read;
}

/** The operators by name, in the order of the documentation. */
export const OPERATORS: ReadonlyMap<OperatorName, Operator> = new Map<OperatorName, Operator>([
  ...entries(READERS).map(([name, read]) => [name, { isNegated: false, read }] as const),
  ...entries(NEGATED).map(([name, asked]) => [name, { isNegated: true, read: READERS[asked] }] as const),
]);

function entries<Key extends string, Value>(record: Readonly<Record<Key, Value>>): readonly (readonly [Key, Value])[] {
  const keys = new Map<string, Key>();
  for (const key in record) keys.set(key, key);
  return [...keys.values()].map((key) => [key, record[key]]);
}

function operator<Value>(schema: z.ZodType<Value>, make: (value: Value, ignoreCase: boolean) => Test): Read {
  return (value, ignoreCase) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { ok: true, test: make(parsed.data, ignoreCase) };
    return { ok: false, problems: parsed.error.issues.map(({ path, message }) => ({ path, message })) };
  };
}

function ofScalar(holds: (actual: Scalar) => boolean): Test['holds'] {
  return (actual) => {
    if (isMasked(actual)) return 'masked';
    return isScalar(actual) ? holds(actual) : { misfit: notSingle(actual) };
  };
}

function ofText(holds: (actual: string) => TestAnswer): Test['holds'] {
  return (actual) => {
    if (isMasked(actual)) return 'masked';
    return isScalar(actual) ? holds(String(actual)) : { misfit: notSingle(actual) };
  };
}

function compared(words: string, holds: (actual: number) => boolean): Test {
  return {
    words,
    holds: (actual) => {
      if (isMasked(actual)) return 'masked';
      const number = toNumber(actual);
      return number === null ? { misfit: 'is no number' } : holds(number);
    },
  };
}

function notSingle(actual: unknown): string {
  return Array.isArray(actual) ? 'is a list: write [*] or [0] after it' : 'is a map or block: name one of its members';
}

interface Marked {
  readonly actual: unknown;
  readonly unknown: unknown;
}

/** A part of a text, an element of a list, a key of a map. */
function contains({ actual, unknown }: Marked, value: Scalar, ignoreCase: boolean): TestAnswer {
  if (isMasked(actual)) return 'masked';
  if (isScalar(actual)) return folded(String(actual), ignoreCase).includes(folded(String(value), ignoreCase));
  const elements = Array.isArray(actual) ? actual : [...ownNames(actual, unknown)];
  if (elements.some((element) => !isMasked(element) && isScalar(element) && isSame(element, value, ignoreCase)))
    return true;
  if (elements.some(isMasked)) return 'masked';
  const isOpen = elements.some((element, index) => element === null && hasUnknown(unknownAt(unknown, index)));
  return isOpen || unknown === true ? 'unknown' : false;
}

function lengthOf(actual: unknown, unknown: unknown): number | null {
  if (typeof actual === 'string') return Array.from(actual).length;
  if (Array.isArray(actual)) return actual.length;
  return asRecord(actual) === null ? null : ownNames(actual, unknown).size;
}

const MAX_WORDS = 10;

function list(words: readonly string[]): string {
  const more = words.length > MAX_WORDS ? ` and ${words.length - MAX_WORDS} more` : '';
  return words.slice(0, MAX_WORDS).join(', ') + more;
}

function show(value: Scalar): string {
  return JSON.stringify(value);
}
