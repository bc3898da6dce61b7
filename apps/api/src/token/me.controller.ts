import { Controller, Inject, Req } from '@nestjs/common';
import { PERMISSIONS, permits } from '@rungate/access';
import { routes, type MeBody } from '@rungate/contract';
import type { FoundSession } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** `/me`. */
@Controller()
export class MeController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.getMe)
  show(@Req() request: FastifyRequest): MeBody {
    readInput(routes.getMe, request);
    const { principal, actor, session } = requesterOf(request);
    return {
      kind: principal.kind === 'bootstrap' ? 'bootstrap' : principal.credential.kind,
      name: actor.name,
      role: principal.role,
      organization: principal.kind === 'organization' ? principal.organization : null,
      managedBy: principal.kind === 'platform' ? principal.managedBy : null,
      permissions: PERMISSIONS.filter((permission) => permits(principal, permission)),
      person: session === null ? null : { id: session.holder.identityId, email: session.holder.email },
      session: session === null ? null : presentSession(session),
      view: session === null ? null : presentView(session),
      development: this.options.development,
    };
  }
}

function presentView({ view }: FoundSession): MeBody['view'] {
  if (view === null) return null;
  return { organization: view.organization.slug, endsAt: view.endsAt.toISOString(), reason: view.reason };
}

function presentSession({ id, idleEndsAt, endsAt, steppedUpAt, holder }: FoundSession): MeBody['session'] {
  return {
    id,
    idleEndsAt: idleEndsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    steppedUpAt: steppedUpAt?.toISOString() ?? null,
    isByLink: holder.isByLink,
  };
}
