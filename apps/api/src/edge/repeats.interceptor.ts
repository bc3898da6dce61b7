import { createHash } from 'node:crypto';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { RepeatableRequest } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ApiError, invalid } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Serves } from './access.guard.js';
import { requesterKey, requesterOf } from './requester.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Answers a request that is sent again under the same `Idempotency-Key` as it was first, without doing it twice. */
@Injectable()
export class Repeats implements NestInterceptor {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const repeatable = repeatableFrom(http.getRequest<FastifyRequest>());
    if (repeatable === null) return next.handle();
    const { once = [] } = this.reflector.get(Serves, context.getHandler());
    return from(this.answer(repeatable, { next, once, reply: http.getResponse<FastifyReply>() }));
  }

  private async answer(request: RepeatableRequest, { next, once, reply }: Handling): Promise<unknown> {
    const { answers } = this.options;
    const begun = await answers.begin(request);
    if (begun === 'under_way')
      throw new ApiError('conflict', 'The first request with this Idempotency-Key is under way.');
    if (begun === 'other_body') {
      throw invalid([{ pointer: '/headers/idempotency-key', detail: 'Was used with another body. Take a new one.' }]);
    }
    if (begun !== 'new') {
      void reply.status(begun.status).header('Idempotency-Replayed', 'true');
      return begun.body;
    }
    try {
      const body: unknown = await lastValueFrom(next.handle());
      await answers.keep(request, { status: reply.statusCode, body: without(body, once) });
      return body;
    } catch (error) {
      await answers.forget(request);
      throw error;
    }
  }
}

interface Handling {
  readonly next: CallHandler;
  readonly once: readonly string[];
  readonly reply: FastifyReply;
}

/** Null without a key. @throws ApiError `invalid` for one that is none. */
function repeatableFrom(request: FastifyRequest): RepeatableRequest | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !KEY.test(key)) {
    const detail = 'Must be 1 to 200 visible ASCII characters.';
    throw invalid([{ pointer: '/headers/idempotency-key', detail }]);
  }
  const { scope } = requesterOf(request);
  return {
    organizationId: scope.kind === 'organization' ? scope.organizationId : null,
    id: digest(JSON.stringify([requesterKey(request), request.method, request.url, key])),
    bodyHash: digest(Buffer.isBuffer(request.body) ? request.body : ''),
  };
}

function without(body: unknown, fields: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(body ?? {}).filter(([field]) => !fields.includes(field)));
}

function digest(content: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(content).digest();
}
