import { z } from 'zod';
import type { Permission } from '@rungate/access';

/** Where the management API lives below the public URL. */
export const API_PREFIX = '/api/v1';

/** Header of every problem: by it the server's log knows the request. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** One method and path of the management API with its shapes. */
export interface Route {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** Below `API_PREFIX`, parameters in braces. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** What the caller needs; `any`: any valid token or session; null: not even that. */
  readonly permission: Permission | 'any' | null;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** `nothing` when the route reads no body. */
  readonly body: z.ZodType;
  /** JSON when absent; of NDJSON, `body` is the shape of each line. */
  readonly bodyType?: typeof NDJSON;
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** A person who asks must have proved in the last ten minutes who he is. */
  readonly stepUp?: true;
  /** Can be asked by a session that views an organization, which may else do no more than read. */
  readonly endsView?: true;
  /** Honours `Idempotency-Key`: sent again within a day, the same request gets its first answer, without these fields. */
  readonly once?: readonly string[];
  readonly example: { readonly body?: unknown; readonly response: unknown };
}

/** One answer of a route. */
export interface RouteResponse {
  readonly description: string;
  readonly shape: z.ZodType;
  /** `application/json` when absent. */
  readonly contentType?: string;
}

/** Lines of JSON, each with a meaning of its own. */
export const NDJSON = 'application/x-ndjson';

/** Body of a route that reads none. */
export const nothing = z.undefined();

/** Parameters or query of a route that has none. */
export const empty = z.strictObject({});

/** Said of an answer that shows a stored thing. */
export const FOUND = 'As it is stored.';
