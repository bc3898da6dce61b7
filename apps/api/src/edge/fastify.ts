import type { IncomingMessage } from 'node:http';
import { NDJSON, routes } from '@rungate/contract';
import {
  errorCodes,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { pathOf } from './path.js';
import { problemOf, sendProblem } from './problem.js';

/** Largest body of a request, bytes. */
const BODY_LIMIT = 1024 * 1024;
/** Longest path parameter, characters as they are sent: 1,000 of ours, each of which may be percent-encoded. */
const PARAMETER_LIMIT = 3_000;

/** Options of the Fastify server that serves the API. */
export const fastifyOptions = {
  bodyLimit: BODY_LIMIT,
  routerOptions: { maxParamLength: PARAMETER_LIMIT },
  // An address that the router cannot read reaches no filter.
  frameworkErrors: refuseAddress,
} satisfies FastifyServerOptions;

/** Makes a server hand over every body as bytes, in place of Nest's parsers: nothing is parsed before its sender is known. */
export function receiveBytes(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (request, stream, done) => {
    if (STREAMED.has(request.routeOptions.url ?? '')) done(null, stream);
    else
      collect(stream).then(
        (body) => {
          done(null, body);
        },
        (error: unknown) => {
          done(asError(error));
        },
      );
  });
  // Lines are read by whoever takes them, once their sender is known: there may be 32 MB of them.
  server.addContentTypeParser(NDJSON, (_request, stream, done) => {
    done(null, stream);
  });
}

/** Routes that read their body themselves, once its sender is known: a plan may be 64 MB. */
const STREAMED: ReadonlySet<string> = new Set([pathOf(routes.testRunTask)]);

/** A body of usual size. What is longer is not read to its end; the connection is closed after the answer. */
async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > BODY_LIMIT) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function refuseAddress(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problemOf(error.statusCode ?? 400));
}
