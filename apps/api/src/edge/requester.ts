import type { Principal } from '@rungate/access';
import type { Actor, FoundSession, Scope } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import type { Identified } from './authentication.js';

/** Who sent a request: what it may do, whose rows it sees, and how the audit trail remembers it. */
export interface Requester {
  readonly principal: Principal;
  /** Null: a program. */
  readonly session: FoundSession | null;
  readonly actor: Actor;
  readonly scope: Scope;
}

const requesters = new WeakMap<FastifyRequest, Requester>();

/** Notes who sent a request; the guard alone calls it. */
export function noteRequester(request: FastifyRequest, { principal, session }: Identified): void {
  requesters.set(request, { principal, session, actor: actorOf(principal, request.ip), scope: scopeOf(principal) });
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
  const { credential, name } = principal;
  return credential.kind === 'token'
    ? { kind: 'token', id: credential.id, name, role, address }
    : { kind: 'person', id: credential.identityId, name, role, address };
}

function scopeOf(principal: Principal): Scope {
  if (principal.kind === 'organization') return { kind: 'organization', organizationId: principal.organizationId };
  if (principal.kind === 'bootstrap' || principal.managedBy === null) return { kind: 'platform' };
  return { kind: 'partner', managedBy: principal.managedBy };
}
