import { Controller, Req } from '@nestjs/common';
import { PERMISSIONS, permits } from '@rungate/access';
import { routes, type MeBody } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';

/** `/me`. */
@Controller()
export class MeController {
  @Endpoint(routes.getMe)
  show(@Req() request: FastifyRequest): MeBody {
    readInput(routes.getMe, request);
    const { principal, actor } = requesterOf(request);
    return {
      kind: principal.kind === 'bootstrap' ? 'bootstrap' : 'token',
      name: actor.name,
      role: principal.role,
      organization: principal.kind === 'organization' ? principal.organization : null,
      managedBy: principal.kind === 'platform' ? principal.managedBy : null,
      permissions: PERMISSIONS.filter((permission) => permits(principal, permission)),
    };
  }
}
