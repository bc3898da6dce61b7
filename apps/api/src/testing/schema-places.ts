/** Where a request can be damaged: every place that the OpenAPI document describes. */
import { z } from 'zod';

type Members = z.ZodOptional<z.ZodArray<typeof schemaShape>>;

const schemaShape = z.looseObject({
  $ref: z.string().optional(),
  get properties(): z.ZodOptional<z.ZodRecord<z.ZodString, typeof schemaShape>> {
    return z.record(z.string(), schemaShape).optional();
  },
  get items(): z.ZodOptional<typeof schemaShape> {
    return schemaShape.optional();
  },
  get additionalProperties(): z.ZodOptional<z.ZodUnion<readonly [typeof schemaShape, z.ZodBoolean]>> {
    return z.union([schemaShape, z.boolean()]).optional();
  },
  get anyOf(): Members {
    return z.array(schemaShape).optional();
  },
  get oneOf(): Members {
    return z.array(schemaShape).optional();
  },
  get allOf(): Members {
    return z.array(schemaShape).optional();
  },
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
});

/** The part of JSON Schema that our own document uses. */
export type JsonSchema = z.output<typeof schemaShape>;

const parameterShape = z.looseObject({ in: z.string(), name: z.string(), schema: schemaShape });
const operationShape = z.looseObject({
  operationId: z.string(),
  parameters: z.array(parameterShape).default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schemaShape, example: z.unknown() })) })
    .optional(),
});
const documentShape = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationShape)),
  components: z.looseObject({ schemas: z.record(z.string(), schemaShape) }),
});

/** The OpenAPI document, as far as requests are made from it. */
export type Document = z.output<typeof documentShape>;

/** Reads the document as anybody would who has nothing else. */
export function readDocument(document: unknown): Document {
  return documentShape.parse(JSON.parse(JSON.stringify(document)));
}

/** One place of a body, and what the document says of it. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly schema: JsonSchema;
}

const MAX_DEPTH = 8;

/** Every place of a body, the body itself first. */
export function placesOf(document: Document, schema: JsonSchema, path: Place['path'] = []): readonly Place[] {
  if (path.length > MAX_DEPTH) return [];
  const named = document.components.schemas[schema.$ref?.replace('#/components/schemas/', '') ?? ''];
  if (named !== undefined) return placesOf(document, named, path);
  return [
    { path, schema },
    ...alternatives(schema).flatMap((member) => placesOf(document, member, path).slice(1)),
    ...members(schema).flatMap(([key, member]) => placesOf(document, member, [...path, key])),
  ];
}

function alternatives({ anyOf = [], oneOf = [], allOf = [] }: JsonSchema): readonly JsonSchema[] {
  return [...anyOf, ...oneOf, ...allOf];
}

function members({ properties, items, additionalProperties }: JsonSchema): readonly [string | number, JsonSchema][] {
  const named = Object.entries(properties ?? {});
  const item: [number, JsonSchema][] = items === undefined ? [] : [[0, items]];
  const others: [string, JsonSchema][] =
    typeof additionalProperties === 'object' ? [['any', additionalProperties]] : [];
  return [...named, ...item, ...others];
}

/** The body with another value at a place; what leads there is made where it is missing. */
export function withValue(body: unknown, [first, ...rest]: Place['path'], value: unknown): unknown {
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list: readonly unknown[] = Array.isArray(body) ? body : [];
    return [withValue(list[0], rest, value), ...list.slice(1)];
  }
  const record: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  return { ...record, [first]: withValue(record[first], rest, value) };
}
