import { z } from 'zod';
import {
  createDocument,
  type CreateDocumentOptions,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type oas31,
} from 'zod-openapi';
import { problemShape } from './problem.js';
import { API_PREFIX, nothing, type Route } from './routes/route.js';
import { routes } from './routes.js';

/** The OpenAPI 3.1 document of the management API, made from the routes. */
export function openApiDocument(): oas31.OpenAPIObject {
  const description: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Rungate management API',
      version: '1',
      description: 'Organizations, their run tasks, and what became of each task result.',
    },
    servers: [{ url: API_PREFIX }],
    security: [{ token: [] }],
    paths: paths(),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
  return createDocument(description, { override: withoutOverstatement });
}

/** What zod says of types and we do not promise of the API: answers may gain fields, and `readonly` is TypeScript's. */
const withoutOverstatement: CreateDocumentOptions['override'] = ({ jsonSchema, zodSchema }) => {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
  if (def.type === 'readonly') delete jsonSchema.readOnly;
};

function paths(): ZodOpenApiPathsObject {
  const all: ZodOpenApiPathsObject = {};
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    all[route.path] = { ...all[route.path], [route.method]: operation(operationId, route) };
  }
  return all;
}

function operation(operationId: string, route: Route): ZodOpenApiOperationObject {
  return {
    operationId,
    summary: route.summary,
    ...(route.permission === null ? { security: [] } : {}),
    requestParams: {
      path: route.params,
      query: route.query,
      ...(route.once === undefined ? {} : { header: repeatable }),
    },
    ...(route.body === nothing
      ? {}
      : {
          requestBody: {
            required: true,
            content: content(route.body, { contentType: route.bodyType, example: route.example.body }),
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, { description, shape, contentType }]) => [
          status,
          shape === nothing
            ? { description }
            : { description, content: content(shape, { contentType, example: exampleOf(route, status) }) },
        ]),
      ),
      default: {
        description: 'A problem (RFC 9457).',
        content: { 'application/problem+json': { schema: problemShape } },
      },
    },
  };
}

const repeatable = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[!-~]{1,200}$/)
    .optional()
    .meta({
      description:
        'Sent again within a day, the same request is answered as it was first, without what is shown once, and nothing is done twice.',
    }),
});

function exampleOf({ example }: Route, status: string): unknown {
  return status.startsWith('20') ? example.response : undefined;
}

function content(
  schema: Route['body'],
  {
    contentType = 'application/json',
    example,
  }: { readonly contentType?: string | undefined; readonly example: unknown },
): NonNullable<ZodOpenApiOperationObject['requestBody']>['content'] {
  return { [contentType]: { schema, ...(example === undefined ? {} : { example }) } };
}
