import { randomUUID } from 'node:crypto';
import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Problem } from '@rungate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, type ApiErrorCode } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { problemOf, sendProblem } from './problem.js';

const STATUS: Readonly<Record<ApiErrorCode, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  step_up_required: 403,
  view_read_only: 403,
  cross_site: 403,
  not_found: 404,
  invalid: 400,
  not_json: 400,
  unsupported_media_type: 415,
  conflict: 409,
  stale: 412,
  too_large: 413,
  too_many: 429,
  refused_elsewhere: 422,
  unreachable_elsewhere: 424,
};

/** What the console has to tell from other problems of that status. */
const CODES: Partial<Readonly<Record<ApiErrorCode, Problem['code']>>> = {
  step_up_required: 'step-up-required',
  view_read_only: 'view-as-read-only',
  cross_site: 'cross-site',
};

/** What the server itself refuses, before a controller is reached. */
const DETAILS: Readonly<Record<number, string>> = {
  404: 'There is nothing at this address.',
  413: 'The body is larger than 1 MB.',
};

/** Answers every error as a problem; what nobody expected is logged here, once, and shown to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const requestId = randomUUID();
    const problem = problemFrom(error) ?? this.unexpected(error, http.getRequest<FastifyRequest>(), requestId);
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof ApiError && error.options.retryAfter !== undefined)
      void reply.header('Retry-After', String(error.options.retryAfter));
    sendProblem(reply, problem, requestId);
  }

  /** The route, not the address: an address is the caller's text. */
  private unexpected(error: unknown, request: FastifyRequest, requestId: string): Problem {
    this.options.log.error('api_request_failed', {
      requestId,
      method: request.method,
      route: request.routeOptions.url ?? null,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return problemOf(500);
  }
}

/** What an error that was meant for the caller says; null for one that nobody expected. */
export function problemFrom(error: unknown): Problem | null {
  if (error instanceof ApiError) {
    if (error.code === 'unauthenticated') return problemOf(401);
    const code = CODES[error.code];
    const problem = problemOf(STATUS[error.code], error.message, error.violations);
    return code === undefined ? problem : { ...problem, code };
  }
  if (!(error instanceof HttpException) || error.getStatus() >= 500) return null;
  return problemOf(error.getStatus(), DETAILS[error.getStatus()]);
}
