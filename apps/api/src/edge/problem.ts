import { randomUUID } from 'node:crypto';
import { REQUEST_ID_HEADER, type Problem, type Violation } from '@rungate/contract';
import type { FastifyReply } from 'fastify';

const PROBLEM_TYPE = 'application/problem+json';

/** Titles of the statuses that the API and its server answer (RFC 9110). */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** A problem whose status says all about its kind. */
export function problemOf(status: number, detail?: string, errors: readonly Violation[] = []): Problem {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(errors.length === 0 ? {} : { errors }),
  };
}

/**
 * Answers with a problem (RFC 9457), as bytes: to text Fastify would add a charset, which the type does not have. The id is
 * what its sender can name when somebody looks it up in the log.
 */
export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string = randomUUID()): void {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .header('content-type', PROBLEM_TYPE)
    .header(REQUEST_ID_HEADER, requestId)
    .send(Buffer.from(JSON.stringify(problem)));
}
