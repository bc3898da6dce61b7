import { sendAnswer, type Answer } from './answer.js';
import type { ArchivedObject } from './archive.js';
import { compareToken } from './authorization.js';
import type { Exchange } from './exchange.js';
import { replacesHandling, type Fault, type FaultEndpoint } from './fault.js';
import { randomSecret } from './identifiers.js';
import { errorAnswer } from './json-api.js';
import type { Run } from './run.js';
import type { SimulatorState } from './state.js';

/** How long a temporary URL works, milliseconds (HashiCorp, "Plans API": "The temporary URL has a life of 1 minute"). */
const TEMPORARY_URL_MS = 60_000;

/** `GET /api/v2/plans/:id/json-output`: 307 to a temporary URL; 204 while there is no plan; 401 for a wrong token. */
export async function handlePlan(state: SimulatorState, run: Run, exchange: Exchange): Promise<void> {
  const offer: Offer = { status: 307, content: run.parts.plan, contentType: 'application/json' };
  await handleDownload(state, { run, endpoint: 'plan', exchange, offer, missing: NOT_YET });
}

/** `GET /api/v2/configuration-versions/:id/download`: 302 to a temporary URL; 404 when nothing was uploaded. */
export async function handleConfiguration(state: SimulatorState, run: Run, exchange: Exchange): Promise<void> {
  const content = run.parts.options.configuration ?? null;
  const offer: Offer = { status: 302, content, contentType: 'application/x-gzip' };
  await handleDownload(state, { run, endpoint: 'configuration', exchange, offer, missing: NOT_FOUND });
}

/** `GET /_archivist/v1/object/:secret`: the object, to whoever has the URL; an `Authorization` header is a violation. */
export async function handleArchive(state: SimulatorState, secret: string, exchange: Exchange): Promise<void> {
  const object = state.archive.find(secret);
  if (object === null) {
    await sendAnswer(exchange.response, { answer: NOT_FOUND, fault: {}, stopped: state.stopped });
    return;
  }
  const fault = object.run.faults.next('archivist');
  const answer = replacesHandling(fault) ? faulted(fault) : answerObject(state, object, exchange);
  await sendRecorded(state, { run: object.run, endpoint: 'archivist', exchange, answer, fault });
}

interface Offer {
  readonly status: 302 | 307;
  /** Null when there is nothing to download. */
  readonly content: Uint8Array | null;
  readonly contentType: string;
}

interface Download {
  readonly run: Run;
  readonly endpoint: 'plan' | 'configuration';
  readonly exchange: Exchange;
  readonly offer: Offer;
  readonly missing: Answer;
}

const NOT_YET: Answer = { status: 204, headers: {}, body: new Uint8Array() };
const NOT_FOUND: Answer = errorAnswer(404, 'not found');

async function handleDownload(state: SimulatorState, download: Download): Promise<void> {
  const { run, endpoint, exchange, offer, missing } = download;
  const early = run.faults.next(endpoint);
  if (early.status !== undefined || replacesHandling(early)) {
    await sendRecorded(state, { run, endpoint, exchange, answer: faulted(early), fault: early });
    return;
  }
  const refusal = refuse(state, download);
  if (refusal !== null || offer.content === null) {
    await sendRecorded(state, { run, endpoint, exchange, answer: refusal ?? missing, fault: early });
    return;
  }
  const fault = { ...early, ...run.faults.next('redirect') };
  const answer = redirect(state, { run, content: offer.content, contentType: offer.contentType }, offer.status);
  await sendRecorded(state, { run, endpoint, exchange, answer, fault });
}

function refuse(state: SimulatorState, { run, exchange }: Download): Answer | null {
  const { request } = exchange;
  if (request.method !== 'GET') {
    state.violations.add('wrong_method', run.taskResultId, `A download came as ${request.method ?? 'nothing'}.`);
    return NOT_FOUND;
  }
  return compareToken(request, run, state) === 'equal' ? null : errorAnswer(401, 'unauthorized');
}

function redirect(
  state: SimulatorState,
  object: Pick<ArchivedObject, 'run' | 'content' | 'contentType'>,
  status: number,
): Answer {
  const secret = randomSecret();
  state.archive.add(secret, { ...object, validUntil: state.clock.now() + TEMPORARY_URL_MS });
  const location = `${state.origin}/_archivist/v1/object/${secret}`;
  return { status, headers: { location }, body: new Uint8Array() };
}

function answerObject(state: SimulatorState, object: ArchivedObject, { request }: Exchange): Answer {
  if (request.headers.authorization !== undefined) {
    const detail = 'A temporary URL was asked for with an Authorization header; the token must not be sent on.';
    state.violations.add('authorization_at_archivist', object.run.taskResultId, detail);
    return errorAnswer(400, 'bad request');
  }
  if (request.method !== 'GET') return NOT_FOUND;
  return { status: 200, headers: { 'content-type': object.contentType }, body: object.content };
}

function faulted({ status = 500 }: Fault): Answer {
  return errorAnswer(status, 'fault');
}

async function sendRecorded(
  state: SimulatorState,
  {
    run,
    endpoint,
    exchange,
    answer,
    fault,
  }: { run: Run; endpoint: FaultEndpoint; exchange: Exchange; answer: Answer; fault: Fault },
): Promise<void> {
  const record = run.recordDownload({ at: new Date(state.clock.now()).toISOString(), endpoint, answered: null });
  record.answered = await sendAnswer(exchange.response, { answer, fault, stopped: state.stopped });
}
