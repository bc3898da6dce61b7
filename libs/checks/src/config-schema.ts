import type { ConfigProblem } from './config-problems.js';
import { z } from './schema.js';

type Scalar = string | number | boolean | null;

/**
 * The part of JSON Schema (2020-12) in which a plugin of others describes its configuration. No references, no patterns:
 * nothing that could send the reader elsewhere or hold it up. An object takes no key that it does not name, unless
 * `additionalProperties` says which.
 */
export interface ConfigSchema {
  readonly $schema?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Shown to people, not checked. */
  readonly format?: string | undefined;
  /** What an absent member counts as. */
  readonly default?: unknown;
  readonly examples?: readonly unknown[] | undefined;
  readonly type?: (typeof TYPES)[number] | undefined;
  readonly enum?: readonly Scalar[] | undefined;
  readonly const?: Scalar | undefined;
  readonly anyOf?: readonly ConfigSchema[] | undefined;
  readonly properties?: Readonly<Record<string, ConfigSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | ConfigSchema | undefined;
  readonly items?: ConfigSchema | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
}

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
const MOST_CHOICES = 500;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const count = z.int().min(0).optional();
/** No markup: these texts are shown. */
const prose = z
  .string()
  .max(2_000)
  .refine((text) => !/<[a-z!/?]/i.test(text), 'must hold no HTML')
  .optional();

/** Reads a schema that a plugin gave: closed, so that what would not be obeyed is refused. */
export const configSchema: z.ZodType<ConfigSchema> = z.lazy(() =>
  z.strictObject({
    $schema: z.string().max(200).optional(),
    title: prose,
    description: prose,
    format: z.string().max(100).optional(),
    default: z.unknown().optional(),
    examples: z.array(z.unknown()).max(MOST_CHOICES).optional(),
    type: z.enum(TYPES).optional(),
    enum: z.array(scalar).min(1).max(MOST_CHOICES).optional(),
    const: scalar.optional(),
    anyOf: z.array(configSchema).min(1).max(20).optional(),
    properties: z.record(z.string(), configSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), configSchema]).optional(),
    items: configSchema.optional(),
    minItems: count,
    maxItems: count,
    minLength: count,
    maxLength: count,
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
  }),
);

/** A configuration with its defaults, and everything that is wrong with it; pointers are relative to it. */
export interface ConfigReading {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

/** Reads a configuration by its schema. Interprets the schema: no code is made of it. */
export function readByConfigSchema(schema: ConfigSchema, value: unknown, pointer = ''): ConfigReading {
  const wrong = scalarProblem(schema, value) ?? sizeProblem(schema, value);
  if (wrong !== null) return { value, problems: [{ pointer, message: wrong }] };
  if (schema.anyOf !== undefined) return readByAny(schema.anyOf, value, pointer);
  if (Array.isArray(value)) return readList(schema, value, pointer);
  return isRecord(value) ? readObject(schema, value, pointer) : { value, problems: [] };
}

function scalarProblem({ type, enum: choices, const: only }: ConfigSchema, value: unknown): string | null {
  if (type !== undefined && !hasType(value, type)) return `must be ${NAMES[type]}`;
  if (only !== undefined && value !== only) return `must be ${JSON.stringify(only)}`;
  if (choices !== undefined && !choices.some((choice) => choice === value)) {
    return `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`.slice(0, 500);
  }
  return null;
}

const NAMES: Readonly<Record<(typeof TYPES)[number], string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

function hasType(value: unknown, type: (typeof TYPES)[number]): boolean {
  if (type === 'object') return isRecord(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  return typeof value === type;
}

function sizeProblem(schema: ConfigSchema, value: unknown): string | null {
  if (typeof value === 'string') return rangeProblem(value.length, schema.minLength, schema.maxLength, 'characters');
  if (Array.isArray(value)) return rangeProblem(value.length, schema.minItems, schema.maxItems, 'entries');
  if (typeof value !== 'number') return null;
  const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (above !== undefined && value <= above) return `must be more than ${above}`;
  if (below !== undefined && value >= below) return `must be less than ${below}`;
  return rangeProblem(value, schema.minimum, schema.maximum, null);
}

function rangeProblem(size: number, least = -Infinity, most = Infinity, unit: string | null): string | null {
  const [has, of] = unit === null ? ['be', ''] : ['have', ` ${unit}`];
  if (size < least) return `must ${has} at least ${least}${of}`;
  return size > most ? `must ${has} at most ${most}${of}` : null;
}

function readByAny(schemas: readonly ConfigSchema[], value: unknown, pointer: string): ConfigReading {
  const readings = schemas.map((schema) => readByConfigSchema(schema, value, pointer));
  const good = readings.find(({ problems }) => problems.length === 0);
  return good ?? { value, problems: [{ pointer, message: 'has none of the forms that it may have' }] };
}

function readList({ items }: ConfigSchema, list: readonly unknown[], pointer: string): ConfigReading {
  if (items === undefined) return { value: list, problems: [] };
  const readings = list.map((item, index) => readByConfigSchema(items, item, `${pointer}/${index}`));
  return { value: readings.map(({ value }) => value), problems: readings.flatMap(({ problems }) => problems) };
}

function readObject(schema: ConfigSchema, object: Readonly<Record<string, unknown>>, pointer: string): ConfigReading {
  const { properties = {}, required = [], additionalProperties: others = false } = schema;
  const members = new Map(Object.entries(properties));
  const missing = required.filter((name) => !Object.hasOwn(object, name) && members.get(name)?.default === undefined);
  const filled = [...members].flatMap(([name, { default: value }]): [string, unknown][] =>
    value === undefined || Object.hasOwn(object, name) ? [] : [[name, value]],
  );
  const readings = Object.entries(object).map(([name, value]): [string, ConfigReading] => {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const found = members.get(name) ?? others;
    if (found === true) return [name, { value, problems: [] }];
    if (found === false) return [name, { value, problems: [{ pointer: at, message: 'This key is not known.' }] }];
    return [name, readByConfigSchema(found, value, at)];
  });
  return {
    value: Object.fromEntries([...filled, ...readings.map(([name, { value }]) => [name, value])]),
    problems: [
      ...missing.map((name) => ({ pointer: `${pointer}/${name}`, message: 'is required' })),
      ...readings.flatMap(([, { problems }]) => problems),
    ],
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
