import type { Expected } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, invalid } from '../errors.js';

/** Names the stored revision of what is answered, for `If-Match` of a later PUT. */
export function sendRevision(reply: FastifyReply, { revision }: { readonly revision: number }): void {
  void reply.header('ETag', `"${revision}"`);
}

/**
 * Which revision a PUT expects: that of `If-Match`, none at all with `If-None-Match: *`, any without either.
 * @throws ApiError `invalid`.
 */
export function expectedRevision({ headers }: FastifyRequest): Expected {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch === '*' && ifMatch === undefined) return { revision: null };
    throw invalid([{ pointer: '/headers/if-none-match', detail: 'Must be *, and stand without If-Match.' }]);
  }
  if (ifMatch === undefined) return {};
  const revision = /^"(\d{1,9})"$/.exec(ifMatch)?.[1];
  if (revision === undefined) throw invalid([{ pointer: '/headers/if-match', detail: 'Must be the ETag of a GET.' }]);
  return { revision: Number(revision) };
}

/** What is stored is not what the request expects. */
export function stale(what: string): ApiError {
  return new ApiError('stale', `The ${what} was changed meanwhile, or is there already. Read it again.`);
}
