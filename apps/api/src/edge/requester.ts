import type { Principal } from '@rungate/access';
import type { Actor, Scope } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';

/** Who sent a request: what it may do, whose rows it sees, and how the audit trail remembers it. */
export interface Requester {
  readonly principal: Principal;
  readonly actor: Actor;
  readonly scope: Scope;
}

const requesters = new WeakMap<FastifyRequest, Requester>();

/** Notes who sent a request; the guard alone calls it. */
export function noteRequester(request: FastifyRequest, principal: Principal): void {
  requesters.set(request, { principal, actor: actorOf(principal, request.ip), scope: scopeOf(principal) });
}

/** Who sent a request that the guard let through. */
export function requesterOf(request: FastifyRequest): Requester {
  const requester = requesters.get(request);
  if (requester === undefined) throw new Error('A route that needs a principal was reached without the guard.');
  return requester;
}

/** What tells one requester from another: cursors belong to it. */
export function requesterKey(request: FastifyRequest): string {
  const { actor } = requesterOf(request);
  return actor.id ?? actor.kind;
}

function actorOf(principal: Principal, address: string): Actor {
  const { role } = principal;
  if (principal.kind === 'bootstrap') return { kind: 'bootstrap', id: null, name: 'bootstrap', role, address };
  return { kind: 'token', id: principal.tokenId, name: principal.name, role, address };
}

function scopeOf(principal: Principal): Scope {
  if (principal.kind === 'organization') return { kind: 'organization', organizationId: principal.organizationId };
  if (principal.kind === 'bootstrap' || principal.managedBy === null) return { kind: 'platform' };
  return { kind: 'partner', managedBy: principal.managedBy };
}
