import { fieldsOf, withField } from './fields.js';

describe('the fields of a schema', () => {
  it('are of the kinds that people can enter', () => {
    const properties = {
      level: { type: 'string', enum: ['low', 'high'], default: 'high' },
      name: { type: 'string', description: 'What it is called.' },
      most: { type: 'integer' },
      strict: { type: 'boolean' },
      types: { type: 'array', items: { type: 'string' } },
      rules: { type: 'array', items: { type: 'object' } },
      other: { $ref: 'https://evil.example/schema.json' },
    };
    const fields = fieldsOf({ type: 'object', properties, required: ['name'] });
    expect(fields.map(({ name, kind }) => [name, kind.is])).toEqual([
      ['level', 'choice'],
      ['name', 'text'],
      ['most', 'number'],
      ['strict', 'switch'],
      ['types', 'texts'],
      ['rules', 'json'],
      ['other', 'json'],
    ]);
    expect(fields[1]).toEqual({
      name: 'name',
      kind: { is: 'text' },
      description: 'What it is called.',
      usual: undefined,
      isRequired: true,
    });
  });

  it.each([{}, { properties: null }, { properties: [1] }, { properties: { a: 'nothing' }, required: 'a' }])(
    'come of %j without a fault',
    (schema) => {
      expect(fieldsOf(schema).map(({ kind }) => kind.is)).toEqual(
        'properties' in schema && schema.properties && !Array.isArray(schema.properties) ? ['json'] : [],
      );
    },
  );

  it('are left out when they are as usual', () => {
    expect(withField({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
    expect(withField({ a: 1 }, 'a', 3)).toEqual({ a: 3 });
  });
});
