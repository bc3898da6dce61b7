import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleFiles, type ConsoleFile } from './console-files.js';
import { consoleHeaders, contentSecurityPolicy } from './console-headers.js';

/** What is served, and below which address. */
export interface ConsoleOptions {
  /** What the build of apps/console wrote. */
  readonly folder: string;
  readonly publicUrl: string;
}

/** Paths of others: what is not found there is not found, and never a page. */
const OTHERS = /^\/(api|auth|hooks|assets|healthz|readyz|metrics)(\/|$)/;
const NONCE_BYTES = 16;
/** Its name tells its content, so it is never asked for again. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Serves the console at every address that nobody else answers; which of its pages that is, it finds out itself. */
export function serveConsole(server: FastifyInstance, { folder, publicUrl }: ConsoleOptions): void {
  const files = new ConsoleFiles(folder);
  const headers = consoleHeaders(publicUrl);
  server.get('/*', (request, reply) => {
    const [address = '/'] = request.url.split('?');
    const file = files.find(address);
    if (file !== undefined) return sendFile(reply.headers(headers), request, file);
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    const page = OTHERS.test(address) ? null : files.page(nonce);
    if (page === null) {
      reply.callNotFound();
      return reply;
    }
    return reply
      .headers(headers)
      .header('content-security-policy', contentSecurityPolicy(nonce))
      .header('cache-control', 'no-store')
      .header('content-type', 'text/html; charset=utf-8')
      .send(page);
  });
}

function sendFile(reply: FastifyReply, request: FastifyRequest, file: ConsoleFile): FastifyReply {
  const compressed = file.gzip !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (compressed) void reply.header('content-encoding', 'gzip');
  return reply
    .header('vary', 'accept-encoding')
    .header('cache-control', file.immutable ? IMMUTABLE : 'no-cache')
    .header('content-type', file.type)
    .send(compressed ? file.gzip : file.bytes);
}
