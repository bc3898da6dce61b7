import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accept, type Accepted, type ArrivedRequest } from '@rungate/run-task';
import { announce } from './announce.js';
import { answerTo, answerToTurnedAway, problem, SHED, STORE_AWAY, TOO_LARGE, type Answer } from './answer.js';
import { UnreadBody, type HeldBody } from './guard/bodies.js';
import type { Sender } from './guard/budgets.js';
import { Guard, SIGNATURE_HEADER } from './guard/guard.js';
import { senderOf } from './guard/sender.js';
import { lookInto } from './look-into.js';
import type { IngressOptions } from './options.js';
import { Samples } from './samples.js';

/** How long a commit may take before the caller is told to come again. */
const COMMIT_WITHIN_MS = 2_000;
const NO_BODY: HeldBody = { bytes: Buffer.alloc(0), release: () => undefined };

/** A request as its address and its body make it; without either, there is nothing in it. */
interface HookRequest {
  readonly Params: { readonly hookId: string };
  readonly Body: HeldBody | undefined;
}

/** Fastify plugin: `POST /hooks/:hookId`, answered as the webhook table of the contract says. */
export function hookRoute(scope: FastifyInstance, options: IngressOptions): Promise<void> {
  const { metrics } = options;
  const guard = new Guard(options.ports.hooks);
  const samples = new Samples();
  metrics.watch('rungate_bodies_bytes', () => guard.bodies.held);
  metrics.watch('rungate_hook_requests', () => guard.load.inProgress);
  metrics.watch('rungate_event_loop_lag_seconds', () => guard.lagMs / 1_000);
  // From zero on: the first one is an increase, too.
  for (const reason of REASONS) metrics.count('rungate_refusals_total', { reason }, 0);
  scope.addHook('onClose', () => {
    guard.stop();
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request: FastifyRequest, stream: IncomingMessage) =>
    guard.read(stream, senderOfRequest(request)),
  );
  scope.setErrorHandler((error: FastifyError, _request, reply) => send(reply, answerToError(error, options)));
  /** Before the body is read: what cannot be a signature, or what there is no room for, costs nothing more. */
  const turnAway = async (request: FastifyRequest<HookRequest>, reply: FastifyReply): Promise<void> => {
    const sender = senderOfRequest(request);
    const turnedAway = await guard.turnAway(request.headers, sender);
    if (turnedAway !== null) {
      await sendUnread(reply, answerToTurnedAway(turnedAway));
      if (turnedAway.kind === 'shed') metrics.count('rungate_shed_total', { cause: turnedAway.cause });
      else metrics.count('rungate_refusals_total', { reason: turnedAway.kind });
      metrics.count('rungate_accepts_total', { answer: ANSWER_NAMES[turnedAway.kind] });
      if (turnedAway.kind === 'spent') samples.count(sender.hookId);
      if (turnedAway.kind !== 'unsigned') return;
      guard.budgets.refused(sender, false);
      await lookInto(options, samples, arrivedOf(request, NO_BODY));
    }
    // The bytes are judged by their signature alone; Fastify would refuse a type that it cannot read.
    request.headers['content-type'] = 'application/octet-stream';
  };
  scope.post<HookRequest>('/hooks/:hookId', { onRequest: turnAway }, async (request, reply) => {
    const body = request.body ?? NO_BODY;
    try {
      const arrived = arrivedOf(request, body);
      const known = await options.ports.hooks.rememberedHook(arrived.hookId);
      const accepted = await guard.load.during(known?.organizationId ?? null, () => acceptInTime(options, arrived));
      await send(reply, answerTo(accepted));
      metrics.observe('rungate_accept_seconds', reply.elapsedTime / 1_000);
      const sender = senderOfRequest(request);
      if (accepted.kind === 'unauthorized') guard.budgets.refused(sender, known === null);
      else guard.budgets.proved(sender);
      await announce(options, accepted);
      if (accepted.kind === 'unauthorized') await lookInto(options, samples, arrived);
    } finally {
      body.release();
    }
    return reply;
  });
  return Promise.resolve();
}

/** Refusals that somebody is told of. */
const REASONS = ['not_json', 'not_a_request', 'origin_not_approved', 'callback_off_origin'] as const;
/** What the requests that were not read are counted as. */
const ANSWER_NAMES = { unsigned: 'unauthorized', spent: 'unauthorized', too_large: 'too_large', shed: 'shed' } as const;

function senderOfRequest({ ip, params }: Pick<FastifyRequest, 'ip' | 'params'>): Sender {
  const hookId = typeof params === 'object' && params !== null && 'hookId' in params ? params.hookId : '';
  return senderOf(ip, String(hookId));
}

function arrivedOf({ params, headers }: FastifyRequest<HookRequest>, { bytes }: HeldBody): ArrivedRequest {
  return { hookId: params.hookId, rawBody: bytes, signature: headers[SIGNATURE_HEADER] };
}

async function acceptInTime({ ports }: IngressOptions, arrived: ArrivedRequest): Promise<Accepted> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no commit within ${COMMIT_WITHIN_MS} ms`));
    }, COMMIT_WITHIN_MS);
  });
  try {
    return await Promise.race([accept(ports, arrived), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function answerToError(error: FastifyError | UnreadBody, { log, metrics }: IngressOptions): Answer {
  if (error instanceof UnreadBody) return answerToUnread(error, metrics);
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return problem(error.statusCode, 'Bad request', 'The request could not be read.');
  }
  metrics.count('rungate_accepts_total', { answer: 'unavailable' });
  log.error('accept failed', { error: error.message });
  return STORE_AWAY;
}

/** A body that was begun, and not read to its end. */
function answerToUnread({ why }: UnreadBody, metrics: IngressOptions['metrics']): Answer {
  switch (why) {
    case 'too_large':
      metrics.count('rungate_accepts_total', { answer: 'too_large' });
      return unread(TOO_LARGE);
    case 'no_room':
      metrics.count('rungate_accepts_total', { answer: 'shed' });
      metrics.count('rungate_shed_total', { cause: 'bodies' });
      return unread(SHED);
    case 'broken_off':
      return unread(problem(400, 'Bad request', 'The request could not be read.'));
  }
}

/** Whoever was not read to the end may still be sending: the connection ends with the answer. */
function unread(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

/** A small body costs less to let pass than a new connection. */
const SMALL_BODY = 16 * 1024;

async function sendUnread(reply: FastifyReply, answer: Answer): Promise<void> {
  const length = Number(reply.request.headers['content-length'] ?? Number.NaN);
  await send(reply, length <= SMALL_BODY ? answer : unread(answer));
}

async function send(reply: FastifyReply, { status, headers, body }: Answer): Promise<void> {
  await reply.code(status).headers(headers).send(body);
}
