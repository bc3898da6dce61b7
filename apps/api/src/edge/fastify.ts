import { NDJSON } from '@rungate/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
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
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  // Lines are read by whoever takes them, once their sender is known: there may be 32 MB of them.
  server.addContentTypeParser(NDJSON, (_request, stream, done) => {
    done(null, stream);
  });
}

function refuseAddress(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problemOf(error.statusCode ?? 400));
}
