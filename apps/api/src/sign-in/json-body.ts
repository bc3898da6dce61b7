import { readShape } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ApiError, invalid } from '../errors.js';

/** Reads the JSON body of a request that is no part of the management API. @throws ApiError `not_json` or `invalid` */
export function readJson<T>(shape: z.ZodType<T>, { body }: Pick<FastifyRequest, 'body'>): T {
  const reading = readShape(shape, parsed(body));
  if (reading.ok) return reading.value;
  throw invalid(reading.violations);
}

function parsed(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) throw new ApiError('not_json', 'The request has no body.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new ApiError('not_json', 'The body is not JSON.', [], { cause });
  }
}
