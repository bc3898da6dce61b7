import { configSchema, readByConfigSchema, type ConfigSchema } from './config-schema.js';

const SCHEMA: ConfigSchema = {
  type: 'object',
  properties: {
    regions: { type: 'array', items: { type: 'string', minLength: 2 }, minItems: 1, maxItems: 2 },
    limit: { type: 'integer', minimum: 1, exclusiveMaximum: 10, default: 5 },
    mode: { enum: ['strict', 'lax'] },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    deep: { type: 'object', properties: { on: { const: true, default: true } } },
  },
  required: ['regions', 'limit'],
};

const problemsOf = (value: unknown, schema = SCHEMA) =>
  readByConfigSchema(schema, value).problems.map(({ pointer, message }) => `${pointer} ${message}`);

describe('readByConfigSchema', () => {
  it('takes a good configuration and fills in defaults, also of members that are required', () => {
    const { value, problems } = readByConfigSchema(SCHEMA, { regions: ['eu'], tags: { a: 'b' }, note: null, deep: {} });
    expect(problems).toEqual([]);
    expect(value).toEqual({ limit: 5, regions: ['eu'], tags: { a: 'b' }, note: null, deep: { on: true } });
  });

  it.each([
    [[], ' must be an object'],
    [{}, '/regions is required'],
    [{ regions: 'eu' }, '/regions must be a list'],
    [{ regions: [] }, '/regions must have at least 1 entries'],
    [{ regions: ['eu', 'us', 'ap'] }, '/regions must have at most 2 entries'],
    [{ regions: ['e'] }, '/regions/0 must have at least 2 characters'],
    [{ regions: ['eu'], limit: 0 }, '/limit must be at least 1'],
    [{ regions: ['eu'], limit: 10 }, '/limit must be less than 10'],
    [{ regions: ['eu'], limit: 1.5 }, '/limit must be a whole number'],
    [{ regions: ['eu'], mode: 'odd' }, '/mode must be one of "strict", "lax"'],
    [{ regions: ['eu'], note: 1 }, '/note has none of the forms that it may have'],
    [{ regions: ['eu'], tags: { 'a/b': 1 } }, '/tags/a~1b must be a string'],
    [{ regions: ['eu'], deep: { on: false } }, '/deep/on must be true'],
    [{ regions: ['eu'], other: 1 }, '/other This key is not known.'],
    [JSON.parse('{ "regions": ["eu"], "__proto__": {} }'), '/__proto__ This key is not known.'],
    [{ regions: ['eu'], toString: 1 }, '/toString This key is not known.'],
  ])('says what is wrong with %j', (config, problem) => {
    expect(problemsOf(config)).toEqual([problem]);
  });

  it('leaves unknown keys alone where the schema says so', () => {
    expect(problemsOf({ any: 1 }, { type: 'object', additionalProperties: true })).toEqual([]);
  });
});

describe('configSchema', () => {
  it.each([
    ['a reference', { $ref: 'https://example.com/schema' }],
    ['a pattern', { type: 'string', pattern: '^(a+)+$' }],
    ['a keyword that would not be obeyed', { type: 'object', dependentRequired: { a: ['b'] } }],
    ['HTML', { type: 'string', description: 'see <script src=x>' }],
    ['an unknown type', { type: 'date' }],
  ])('refuses %s', (_, schema) => {
    expect(configSchema.safeParse(schema).success).toBe(false);
  });

  it('takes what it can read', () => {
    expect(configSchema.parse(SCHEMA)).toEqual(SCHEMA);
  });
});
