import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accept, diagnoseRefusal, isSignature, type Accepted } from '@rungate/run-task';
import { answerTo, problem, STORE_AWAY, TOO_LARGE, UNAUTHORIZED, type Answer } from './answer.js';
import type { IngressOptions } from './options.js';
import { Samples } from './samples.js';

/** Largest body of a run task request, bytes. */
const BODY_LIMIT = 1024 * 1024;
/** How long a commit may take before the caller is told to come again. */
const COMMIT_WITHIN_MS = 2_000;
/** HashiCorp, "Run tasks integration API": hex HMAC-SHA512 of the raw body. */
const SIGNATURE_HEADER = 'x-tfc-task-signature';

interface HookParams {
  readonly Params: { readonly hookId: string };
}

/** Fastify plugin: `POST /hooks/:hookId`, answered as the webhook table of the contract says. */
export function hookRoute(scope: FastifyInstance, options: IngressOptions): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
    done(null, body);
  });
  scope.setErrorHandler((error: FastifyError, _request, reply) => send(reply, answerToError(error, options)));
  const samples = new Samples();
  /** Before the body is read: what cannot be a signature costs nothing more. */
  const requireSignatureSyntax = async (request: FastifyRequest<HookParams>, reply: FastifyReply): Promise<void> => {
    if (!isSignature(request.headers[SIGNATURE_HEADER])) {
      await send(reply, UNAUTHORIZED);
      await lookInto(options, samples, request);
    }
    // The bytes are judged by their signature alone; Fastify would refuse a type that it cannot read.
    request.headers['content-type'] = 'application/octet-stream';
  };
  scope.post<HookParams>('/hooks/:hookId', { onRequest: requireSignatureSyntax }, async (request, reply) => {
    const accepted = await acceptInTime(options, request);
    await send(reply, answerTo(accepted));
    await announce(options, accepted);
    if (accepted.kind === 'unauthorized') await lookInto(options, samples, request);
    return reply;
  });
  return Promise.resolve();
}

/** After the answer, which it cannot change: why was a request refused? */
async function lookInto(
  { ports, log }: IngressOptions,
  samples: Samples,
  request: FastifyRequest<HookParams>,
): Promise<void> {
  const { hookId } = request.params;
  const count = samples.take(hookId);
  if (count === null) return;
  const signature = request.headers[SIGNATURE_HEADER];
  try {
    const found = await diagnoseRefusal(ports.hooks, { hookId, rawBody: bytesOf(request), signature, count });
    if (found === null) return;
    const { organizationId, runTaskId, cause } = found;
    log.warn('bad signature', { organizationId, runTaskId, cause, count });
  } catch (error) {
    log.warn('bad signature not looked into', { error: error instanceof Error ? error.message : String(error) });
  }
}

function bytesOf({ body }: FastifyRequest<HookParams>): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

async function acceptInTime({ ports }: IngressOptions, request: FastifyRequest<HookParams>): Promise<Accepted> {
  const arrived = {
    hookId: request.params.hookId,
    rawBody: bytesOf(request),
    signature: request.headers[SIGNATURE_HEADER],
  };
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

/** The ticket follows the answer: a lost one costs a second, a slow one would cost the caller's patience. */
async function announce({ queue, log }: IngressOptions, accepted: Accepted): Promise<void> {
  switch (accepted.kind) {
    case 'recorded':
      log.info('accepted', { organizationId: accepted.organizationId, taskResultId: accepted.taskResultId });
      await queue.issue('evaluate');
      return;
    case 'duplicate':
      log.info('duplicate', { organizationId: accepted.organizationId, sameBody: accepted.sameBody });
      return;
    case 'registration':
      log.info('registration', { organizationId: accepted.organizationId });
      return;
    case 'over_limit':
      log.warn('over limit', { organizationId: accepted.organizationId });
      return;
    case 'refused':
      log.warn('refused', { reason: accepted.reason, detail: accepted.detail });
      return;
    case 'unauthorized':
      return;
  }
}

function answerToError(error: FastifyError, { log }: IngressOptions): Answer {
  if (error.statusCode === 413) return TOO_LARGE;
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return problem(error.statusCode, 'Bad request', 'The request could not be read.');
  }
  log.error('accept failed', { error: error.message });
  return STORE_AWAY;
}

async function send(reply: FastifyReply, { status, headers, body }: Answer): Promise<void> {
  await reply.code(status).headers(headers).send(body);
}
