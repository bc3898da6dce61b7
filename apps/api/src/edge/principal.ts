import type { Principal } from '@rungate/access';
import type { FastifyRequest } from 'fastify';

const principals = new WeakMap<FastifyRequest, Principal>();

/** Notes who sent a request; the guard alone calls it. */
export function notePrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal);
}

/** Who sent a request that the guard let through. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('A route that needs a principal was reached without the guard.');
  return principal;
}
