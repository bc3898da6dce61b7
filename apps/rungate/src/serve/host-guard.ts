import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '@rungate/config';

/** Headers that only a proxy sets: in development nothing may stand between a person and this process. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const HEALTH = new Set(['/healthz', '/readyz']);

/**
 * Answers 421 to requests for a name that is not ours, so that neither a web page that rebinds its name nor a forgotten
 * proxy reaches this process. Development takes loopback only, in every respect; health answers whatever name it is asked by.
 */
export function guardHost(
  fastify: FastifyInstance,
  { development, publicUrl }: Pick<Config, 'development' | 'publicUrl'>,
): void {
  const ours = new Set([new URL(publicUrl).hostname]);
  fastify.addHook('onRequest', (request, reply, done) => {
    const allowed = development ? isLocal(request) : HEALTH.has(request.url) || ours.has(nameOf(request));
    if (allowed) done();
    else misdirected(reply);
  });
}

function isLocal(request: FastifyRequest): boolean {
  return (
    isLoopback(request.socket.remoteAddress ?? '') &&
    LOOPBACK_NAMES.has(nameOf(request)) &&
    PROXY_HEADERS.every((header) => request.headers[header] === undefined)
  );
}

function isLoopback(address: string): boolean {
  const unmapped = address.replace(/^::ffff:/, '');
  return unmapped === '::1' || unmapped.startsWith('127.');
}

/** The host of the request without its port, lower case. */
function nameOf({ headers: { host = '' } }: FastifyRequest): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function misdirected(reply: FastifyReply): void {
  const detail = 'This server does not answer for that name. Set RUNGATE_PUBLIC_URL to the address that you use.';
  void reply
    .code(421)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: 'Misdirected request', status: 421, detail }));
}
