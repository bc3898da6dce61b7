import { sendAnswer } from './answer.js';
import { handleCallback } from './callback-endpoint.js';
import { CONTROL_PREFIX, handleControl } from './control-api.js';
import type { Exchange } from './exchange.js';
import { errorAnswer } from './json-api.js';
import type { Operations } from './operations.js';
import { handleOrganization, organizationPath } from './organization/endpoint.js';
import { handleArchive, handleConfiguration, handlePlan } from './plan-endpoint.js';
import type { Run } from './run.js';
import type { SimulatorState } from './state.js';

/** What a request can reach. */
export interface Reach {
  readonly operations: Operations;
  readonly state: SimulatorState;
}

/** Serves one request; a connection that breaks meanwhile is the client's affair and ends it. */
export async function serve(reach: Reach, exchange: Exchange): Promise<void> {
  try {
    await route(reach, exchange);
  } catch {
    exchange.response.destroy();
  }
}

async function route({ operations, state }: Reach, exchange: Exchange): Promise<void> {
  const { pathname, searchParams } = new URL(exchange.request.url ?? '/', 'http://simulator');
  if (pathname.startsWith(CONTROL_PREFIX)) {
    await handleControl(operations, { path: pathname.slice(CONTROL_PREFIX.length), query: searchParams, exchange });
    return;
  }
  const archived = /^\/_archivist\/v1\/object\/(\w+)$/.exec(pathname)?.[1];
  if (archived !== undefined) {
    await handleArchive(state, archived, exchange);
    return;
  }
  const organization = organizationPath(pathname);
  if (organization !== null) {
    await handleOrganization(state, { path: organization, query: searchParams }, exchange);
    return;
  }
  const found = findEndpoint(state, pathname);
  if (found !== null) {
    await found.handle(state, found.run, exchange);
    return;
  }
  state.violations.add(
    'unknown_address',
    null,
    `${exchange.request.method ?? ''} ${pathname} is not an address given out.`,
  );
  await sendAnswer(exchange.response, { answer: errorAnswer(404, 'not found'), fault: {}, stopped: state.stopped });
}

interface Endpoint {
  readonly run: Run;
  readonly handle: (state: SimulatorState, run: Run, exchange: Exchange) => Promise<void>;
}

function findEndpoint(state: SimulatorState, pathname: string): Endpoint | null {
  const [, kind, id = '', tail] = /^\/api\/v2\/([\w-]+)\/([\w-]+)\/([\w-]+)$/.exec(pathname) ?? [];
  switch (`${kind ?? ''}/${tail ?? ''}`) {
    case 'task-results/callback':
      return endpoint(state.runOfCallback(id), handleCallback);
    case 'plans/json-output':
      return endpoint(state.runOfPlan(id), handlePlan);
    case 'configuration-versions/download':
      return endpoint(state.runOfConfiguration(id), handleConfiguration);
    default:
      return null;
  }
}

function endpoint(run: Run | undefined, handle: Endpoint['handle']): Endpoint | null {
  return run === undefined ? null : { run, handle };
}
