import type { IncomingHttpHeaders } from 'node:http';
import { sendAnswer, type Answer } from '../answer.js';
import { parseBody, readBody } from '../body.js';
import type { Exchange } from '../exchange.js';
import { replacesHandling, type Fault } from '../fault.js';
import { errorAnswer, JSON_API } from '../json-api.js';
import type { SimulatorState } from '../state.js';
import { NOT_FOUND, type Call } from './call.js';
import { handleTask, handleTasks } from './task-routes.js';
import type { ApiToken, RateLimit } from './token.js';
import { handleWorkspace, handleWorkspaces } from './workspace-routes.js';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** The path below `/api/v2` when it belongs to this API; null for the addresses of runs. */
export function organizationPath(pathname: string): string | null {
  return /^\/api\/v2(\/(?:organizations|tasks|workspaces)\/.+)$/.exec(pathname)?.[1] ?? null;
}

/**
 * The API of organizations: their tasks, their workspaces, and which task runs where. Refuses in the platform's order:
 * token (401), rate (429), what the token may not reach (404), content type (415), document (422).
 */
export async function handleOrganization(
  state: SimulatorState,
  { path, query }: Address,
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  const token = state.organizations.token(bearer(request.headers.authorization));
  const limit = token?.count() ?? null;
  const fault = token?.nextFault() ?? {};
  const answer = await answerOf({ state, token, limit, fault, path, query, exchange });
  const full = { ...answer, headers: { ...answer.headers, ...limitHeaders(limit) } };
  const { method = '' } = request;
  state.organizations.requests.push({ at: state.organizations.now(), method, path, status: full.status });
  await sendAnswer(response, { answer: full, fault, stopped: state.stopped });
}

/** What is asked for, below `/api/v2`. */
interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

interface Asked extends Address {
  readonly state: SimulatorState;
  readonly token: ApiToken | undefined;
  readonly limit: RateLimit | null;
  readonly fault: Fault;
  readonly exchange: Exchange;
}

async function answerOf({ state, token, limit, fault, path, query, exchange: { request } }: Asked): Promise<Answer> {
  const rawBody = await readBody(request, BODY_LIMIT_BYTES);
  if (replacesHandling(fault)) return errorAnswer(fault.status ?? 500, 'fault');
  if (token === undefined || limit === null) return errorAnswer(401, 'unauthorized');
  if (!limit.allowed) return errorAnswer(429, 'Too many requests');
  const { method = '', headers } = request;
  const body = method === 'GET' || method === 'DELETE' ? { value: undefined } : readSent(headers, rawBody);
  return 'value' in body ? await route({ state, token, method, path, query, body: body.value }) : body;
}

function readSent(headers: IncomingHttpHeaders, rawBody: Uint8Array | null): { readonly value: unknown } | Answer {
  if (headers['content-type'] !== JSON_API) return errorAnswer(415, 'unsupported media type');
  const parsed = rawBody === null ? null : parseBody(rawBody);
  return parsed?.isJson === true ? { value: parsed.value } : errorAnswer(400, 'bad request');
}

async function route(call: Call): Promise<Answer> {
  const [, kind, id = '', tail, last] = call.path.split('/').map(decodeURIComponent);
  switch (kind === 'organizations' ? `${kind}/${tail ?? ''}` : kind) {
    case 'organizations/tasks':
      return last === undefined ? await handleTasks(call, id) : NOT_FOUND;
    case 'organizations/workspaces':
      return handleWorkspaces(call, id, last);
    case 'tasks':
      return await handleTask(call, id, tail === 'relationships' ? last : tail);
    case 'workspaces':
      return handleWorkspace(call, id, { tail, id: last });
    default:
      return NOT_FOUND;
  }
}

/** As the platform names them (HashiCorp, "API docs", rate limiting); `Retry-After` as its gateways do. */
function limitHeaders(limit: RateLimit | null): Record<string, string> {
  if (limit === null) return {};
  return {
    'x-ratelimit-limit': String(limit.limit),
    'x-ratelimit-remaining': String(limit.remaining),
    'x-ratelimit-reset': limit.resetSeconds.toFixed(3),
    ...(limit.allowed ? {} : { 'retry-after': String(Math.ceil(limit.resetSeconds)) }),
  };
}

function bearer(authorization: string | undefined): string {
  return /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
}
