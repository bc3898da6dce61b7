import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type PortalLinkBody } from '@rungate/contract';
import type { Actor } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { newSecret } from '../session/cookies.js';
import { newDraft } from './new-draft.js';
import { SsoConnections } from './sso-connections.js';

/** `/organizations/{org}/portal-links`. */
@Controller()
export class PortalLinkController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(SsoConnections) private readonly connections: SsoConnections,
  ) {}

  @Endpoint(routes.createPortalLink)
  async create(@Req() request: FastifyRequest): Promise<PortalLinkBody> {
    const { params, body } = readInput(routes.createPortalLink, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    const { actor: by } = requesterOf(request);
    const connectionId = await this.#draft(organizationId, body.connectionId, by);
    const { value, hash } = newSecret();
    const seconds = body.ttlMinutes * 60;
    const made = await this.options.setupLinks.make({ organizationId, connectionId, hash, seconds, by });
    return {
      id: made.id,
      intent: body.intent,
      connectionId,
      // After the #, where it reaches no server, no log and no Referer until somebody clicks.
      link: `${this.options.publicUrl.replace(/\/$/, '')}/setup/sso#${value}`,
      expiresAt: made.expiresAt.toISOString(),
    };
  }

  async #draft(organizationId: string, id: string | undefined, by: Actor): Promise<string> {
    if (id === undefined) return (await this.connections.create(organizationId, newDraft(), by)).id;
    const found = await this.connections.named({ organizationId, id });
    if (found.status === 'draft' && !found.development) return found.id;
    throw new ApiError('conflict', 'A link is for a draft alone: this connection is in use, or was.');
  }
}
