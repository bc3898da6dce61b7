import { nothing, readShape, type Reading, type Route, type Violation } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ApiError, invalid, notFound } from '../errors.js';

/** The parts of a route that read a request. */
interface Shapes<Params, Query, Body> {
  readonly method: Route['method'];
  readonly params: z.ZodType<Params>;
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<Body>;
}

/** A request, read by the shapes of its route. */
export interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Fields that the body names; the others got their defaults. */
  readonly given: ReadonlySet<string>;
}

/**
 * Reads path, query and body of a request.
 * @throws ApiError `invalid` with every fault; `not_found` for a path that nothing can have, unless it would be created.
 */
export function readInput<Params, Query, Body>(
  route: Shapes<Params, Query, Body>,
  request: FastifyRequest,
): Input<Params, Query, Body> {
  const params = readShape(route.params, request.params, '/path');
  if (!params.ok && route.method !== 'put') throw notFound('resource');
  const query = readShape(route.query, request.query, '/query');
  const written = Object.is(route.body, nothing) ? undefined : parseBody(request);
  const body = readShape(route.body, written);
  if (params.ok && query.ok && body.ok) {
    return { params: params.value, query: query.value, body: body.value, given: new Set(Object.keys(written ?? {})) };
  }
  throw invalid([params, query, body].flatMap(violationsOf));
}

/** Reads the path alone, of a route that reads its body in its own way. @throws ApiError `not_found` */
export function readParams<Params>(
  route: Pick<Shapes<Params, unknown, unknown>, 'params'>,
  request: FastifyRequest,
): Params {
  const params = readShape(route.params, request.params, '/path');
  if (params.ok) return params.value;
  throw notFound('resource');
}

/** Reads the query alone, of a route that reads its body in its own way. @throws ApiError `invalid` */
export function readQuery<Query>(
  route: Pick<Shapes<unknown, Query, unknown>, 'query'>,
  request: FastifyRequest,
): Query {
  const query = readShape(route.query, request.query, '/query');
  if (query.ok) return query.value;
  throw invalid(query.violations);
}

function violationsOf(reading: Reading<unknown>): readonly Violation[] {
  return reading.ok ? [] : reading.violations;
}

/** The server hands over bytes (`receiveBytes`), whatever the content type: JSON is parsed here, after authentication. */
function parseBody({ body, headers }: FastifyRequest): unknown {
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new ApiError('unsupported_media_type', 'The body must be sent as application/json.');
  }
  if (!Buffer.isBuffer(body)) throw new ApiError('not_json', 'The request has no body.');
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return parsed;
  } catch (cause) {
    throw new ApiError('not_json', 'The body is not JSON in UTF-8.', [], { cause });
  }
}
