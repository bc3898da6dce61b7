import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type Page, type SessionBody } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { notFound } from '../errors.js';
import { presentSession } from '../member/member.presenter.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** `/sessions`: everybody's own. */
@Controller()
export class SessionController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.listSessions)
  async list(@Req() request: FastifyRequest): Promise<Page<SessionBody>> {
    readInput(routes.listSessions, request);
    const { session } = requesterOf(request);
    if (session === null) return { items: [], nextCursor: null };
    const { organization, identityId } = session.holder;
    const found = await this.options.sessions.list(organization?.id ?? null, identityId);
    return { items: found.map((each) => presentSession(each, session.id)), nextCursor: null };
  }

  @Endpoint(routes.endSession)
  async end(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.endSession, request);
    const { session, actor } = requesterOf(request);
    if (session === null) throw notFound('session');
    const { organization, identityId } = session.holder;
    const which = { id: params.id, identityId };
    if (!(await this.options.sessions.revoke(organization?.id ?? null, which, actor))) throw notFound('session');
  }
}
