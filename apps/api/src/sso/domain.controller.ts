import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type DomainBody, type DomainCheckBody, type Page } from '@rungate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { presentDomain, presentDomainCheck } from './domain.presenter.js';
import { Domains } from './domains.js';

/** `/organizations/{org}/domains`. */
@Controller()
export class DomainController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(Domains) private readonly domains: Domains,
  ) {}

  @Endpoint(routes.listDomains)
  async list(@Req() request: FastifyRequest): Promise<Page<DomainBody>> {
    const { params, query } = readInput(routes.listDomains, request);
    const { id } = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listDomains.path, id];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.domains.list(id, slice.limit, slice.after),
      keyOf: ({ domain }) => domain,
      present: presentDomain,
    });
  }

  @Endpoint(routes.addDomain)
  async add(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<DomainBody> {
    const { params, body } = readInput(routes.addDomain, request);
    const { id } = await this.organizations.named(request, params.org);
    const { isNew, domain } = await this.domains.claim(id, body.domain, requesterOf(request).actor);
    void reply.status(isNew ? 201 : 200);
    return presentDomain(domain);
  }

  @Endpoint(routes.checkDomain)
  async check(@Req() request: FastifyRequest): Promise<DomainCheckBody> {
    const { params } = readInput(routes.checkDomain, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    return presentDomainCheck(await this.domains.check({ organizationId, id: params.id }, requesterOf(request).actor));
  }

  @Endpoint(routes.assertDomain)
  async assert(@Req() request: FastifyRequest): Promise<DomainBody> {
    const { params, body } = readInput(routes.assertDomain, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    const which = { organizationId, id: params.id };
    return presentDomain(await this.domains.assert(which, body.reason, requesterOf(request).actor));
  }

  @Endpoint(routes.removeDomain)
  async remove(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.removeDomain, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    const removed = await this.options.domains.remove(organizationId, params.id, requesterOf(request).actor);
    if (!removed) throw notFound('domain');
  }
}
