/** One field of a form, as a JSON Schema describes it. */
export interface SchemaField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly description: string;
  /** What counts when it is absent. */
  readonly usual: unknown;
  readonly isRequired: boolean;
}

/** How a value is entered; `json`: whatever has no simpler way. */
export type FieldKind =
  | { readonly is: 'text' | 'number' | 'switch' | 'texts' | 'json' }
  | { readonly is: 'choice'; readonly values: readonly string[] };

type Schema = Readonly<Record<string, unknown>>;

/**
 * The fields of a configuration. A schema is somebody else's text: its titles and patterns are never run, no reference is
 * followed, and what is not understood is entered as JSON. The server judges what was entered.
 */
export function fieldsOf(schema: Schema): readonly SchemaField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schemaAt(schema, 'properties')).map(([name, property]) => {
    const described = isSchema(property) ? property : {};
    const { description, default: usual } = described;
    return {
      name,
      kind: kindOf(described),
      description: typeof description === 'string' ? description : '',
      usual,
      isRequired: required.includes(name),
    };
  });
}

function kindOf(schema: Schema): FieldKind {
  const values = schema.enum;
  if (Array.isArray(values) && values.every(isText)) return { is: 'choice', values };
  switch (schema.type) {
    case 'string':
      return { is: 'text' };
    case 'number':
    case 'integer':
      return { is: 'number' };
    case 'boolean':
      return { is: 'switch' };
    case 'array':
      return schemaAt(schema, 'items').type === 'string' ? { is: 'texts' } : { is: 'json' };
    default:
      return { is: 'json' };
  }
}

/** A configuration with one field changed; undefined leaves it out, so that its usual value counts. */
export function withField(config: Schema, name: string, value: unknown): Record<string, unknown> {
  const rest = Object.entries(config).filter(([key]) => key !== name);
  return Object.fromEntries(value === undefined ? rest : [...rest, [name, value]]);
}

function schemaAt(schema: Schema, name: string): Schema {
  const inner = schema[name];
  return isSchema(inner) ? inner : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
