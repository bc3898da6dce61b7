import { readBody, parseBody } from './body.js';
import {
  readOrganizationOptions,
  readRegistration,
  readRunOptions,
  readTaskRunOptions,
  readTokenOptions,
} from './control-options.js';
import { SimulatorError } from './errors.js';
import type { Exchange } from './exchange.js';
import { fixtureNames } from './fixtures.js';
import type { RunHistory } from './history.js';
import { isLoopback } from './hook-client.js';
import type { Operations } from './operations.js';
import type { RunHandle } from './run-handle.js';

/** Where tests in other processes steer the simulator; no address of the platform begins so. */
export const CONTROL_PREFIX = '/_simulator';

/** A plan may come in the body. */
const BODY_LIMIT_BYTES = 256 * 1024 * 1024;
const LONGEST_WAIT_SECONDS = 4_000;

/** One request to the control API. */
export interface ControlRequest {
  /** After the prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly exchange: Exchange;
}

/**
 * The control API, JSON in and out.
 * `POST /registration`, `POST /runs`, `GET /runs`, `GET /runs/:id[?wait=seconds]`, `POST /runs/:id/again`,
 * `POST /runs/:id/cancel`, `GET /violations`, `GET /fixtures`; for the API of organizations: `POST /organizations`,
 * `GET /organizations/:name`, `POST /tokens`, `POST /tasks/:id/runs`, `GET /api-requests`.
 */
export async function handleControl(operations: Operations, control: ControlRequest): Promise<void> {
  try {
    refuseForeignNames(control.exchange);
    const { status, body } = await answer(operations, control);
    reply(control.exchange, status, body);
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    reply(control.exchange, statusOf(error), { error: error.code, message: error.message });
  }
}

/** A page in a browser can point a name of its own at this machine; its requests still carry that name. */
function refuseForeignNames({ request }: Exchange): void {
  const address = `http://${request.headers.host ?? ''}`;
  if (URL.canParse(address) && isLoopback(new URL(address).hostname)) return;
  throw new SimulatorError('bad_request', 'The control API is asked by a loopback address.');
}

interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(operations: Operations, control: ControlRequest): Promise<ControlAnswer> {
  const [, kind = '', id, action] = control.path.split('/');
  const { method = '' } = control.exchange.request;
  if (id !== undefined && kind === 'runs') return await answerRun(operations, { id, action, control });
  if (id !== undefined)
    return await answerOrganization(operations, { resource: `${kind}/${action ?? ''}`, id, control });
  switch (`${method} ${kind}`) {
    case 'POST registration':
      return ok(await operations.sendRegistration(readRegistration(await readJson(control.exchange))));
    case 'POST runs':
      return created(started(await operations.startRun(readRunOptions(await readJson(control.exchange)))));
    case 'GET runs':
      return ok(operations.histories());
    case 'GET violations':
      return ok(operations.violations());
    case 'GET fixtures':
      return ok(fixtureNames());
    case 'POST organizations':
      return created(operations.createOrganization(readOrganizationOptions(await readJson(control.exchange))));
    case 'POST tokens':
      return created({ token: operations.createToken(readTokenOptions(await readJson(control.exchange))) });
    case 'GET api-requests':
      return ok(operations.apiRequests());
    default:
      return nothingAt(control);
  }
}

async function answerOrganization(
  operations: Operations,
  { resource, id, control }: { resource: string; id: string; control: ControlRequest },
): Promise<ControlAnswer> {
  switch (`${control.exchange.request.method ?? ''} ${resource}`) {
    case 'GET organizations/':
      return ok(operations.organization(id));
    case 'POST tasks/runs':
      return created(started(await operations.startRunOf(id, readTaskRunOptions(await readJson(control.exchange)))));
    default:
      return nothingAt(control);
  }
}

async function answerRun(
  operations: Operations,
  { id, action = '', control }: { id: string; action: string | undefined; control: ControlRequest },
): Promise<ControlAnswer> {
  const { method = '' } = control.exchange.request;
  switch (`${method} ${action}`) {
    case 'GET ':
      return ok(await historyWithin(operations, { id, seconds: waitOf(control.query) }));
    case 'POST again':
      return ok(await operations.sendAgain({ taskResultId: id }));
    case 'POST cancel':
      operations.cancel(id);
      return ok(operations.history(id));
    default:
      return nothingAt(control);
  }
}

function started({ taskResultId, runId, accepted, status }: RunHandle) {
  return { taskResultId, runId, accepted, status };
}

/** The history when the run is finished, or as it is when the wait is over. */
async function historyWithin(
  operations: Operations,
  { id, seconds }: { id: string; seconds: number },
): Promise<RunHistory> {
  if (seconds === 0) return operations.history(id);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1_000);
  });
  try {
    await Promise.race([operations.finished(id), over]);
  } finally {
    clearTimeout(timer);
  }
  return operations.history(id);
}

function waitOf(query: URLSearchParams): number {
  const seconds = Number(query.get('wait') ?? '0');
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS) return seconds;
  throw new SimulatorError('bad_request', `wait is a number of seconds, at most ${LONGEST_WAIT_SECONDS}.`);
}

async function readJson({ request }: Exchange): Promise<unknown> {
  // A page in a browser on this machine cannot send this type to another origin without being asked first.
  if (request.headers['content-type'] !== 'application/json') {
    throw new SimulatorError('bad_request', 'The control API takes application/json.');
  }
  const rawBody = await readBody(request, BODY_LIMIT_BYTES);
  const parsed = rawBody === null ? null : parseBody(rawBody);
  if (parsed?.isJson !== true) throw new SimulatorError('bad_request', 'The body is not JSON, or too large.');
  return parsed.value;
}

function nothingAt({ path, exchange }: ControlRequest): ControlAnswer {
  const message = `There is no ${exchange.request.method ?? ''} ${path}.`;
  return { status: 404, body: { error: 'not_found', message } };
}

function created(body: unknown): ControlAnswer {
  return { status: 201, body };
}

function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}

function statusOf({ code }: SimulatorError): number {
  return ['unknown_run', 'unknown_organization', 'unknown_task'].includes(code) ? 404 : 400;
}

function reply({ response }: Exchange, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
