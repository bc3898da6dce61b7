import type { FastifyInstance } from 'fastify';
import { consoleHeaders } from '../console/console-headers.js';

/** What browsers may be led to: the management API, and the way to sign in. */
const OURS = /^\/(api|auth)\//;

/** Answers are read as what they say they are, by pages of this origin alone, and over TLS from then on. */
export function guardAnswers(server: FastifyInstance, publicUrl: string): void {
  const headers = consoleHeaders(publicUrl);
  server.addHook('onRequest', (request, reply, done) => {
    if (OURS.test(request.url)) void reply.headers(headers);
    done();
  });
}
