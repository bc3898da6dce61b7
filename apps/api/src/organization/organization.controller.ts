import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type OrganizationBody, type OrganizationPut, type Page } from '@rungate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { principalOf } from '../edge/principal.js';
import { readInput } from '../edge/read-input.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentOrganization, presentOrganizationPut } from './organization.presenter.js';

/** `/organizations`. */
@Controller()
export class OrganizationController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Endpoint(routes.listOrganizations)
  async list(@Req() request: FastifyRequest): Promise<Page<OrganizationBody>> {
    const { query } = readInput(routes.listOrganizations, request);
    const { q = null, tag = null } = query;
    const scope = [principalOf(request).kind, routes.listOrganizations.path, q, tag];
    const slice = this.cursors.slice(scope, query);
    const rows = await this.options.organizations.list({ ...slice, q, tag });
    return this.cursors.page(scope, slice, rows, { keyOf: ({ slug }) => slug, present: presentOrganization });
  }

  @Endpoint(routes.getOrganization)
  async get(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    return this.show(readInput(routes.getOrganization, request).params.org);
  }

  @Endpoint(routes.putOrganization)
  async put(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<OrganizationPut> {
    const { params, query, body } = readInput(routes.putOrganization, request);
    const settings = { ...body, displayName: body.displayName ?? params.org };
    const answer = await this.options.organizations.put(params.org, settings, query.dryRun);
    const isNew = answer.kind === 'created';
    if (isNew && !query.dryRun) void reply.status(201);
    return presentOrganizationPut(answer, isNew && query.dryRun);
  }

  @Endpoint(routes.deleteOrganization)
  async suspend(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    const { org } = readInput(routes.deleteOrganization, request).params;
    if (!(await this.options.organizations.suspend(org))) throw notFound('organization');
    return this.show(org);
  }

  @Endpoint(routes.resumeOrganization)
  async resume(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    const { org } = readInput(routes.resumeOrganization, request).params;
    if (!(await this.options.organizations.resume(org))) throw notFound('organization');
    return this.show(org);
  }

  private async show(slug: string): Promise<OrganizationBody> {
    const organization = await this.options.organizations.find(slug);
    if (organization === null) throw notFound('organization');
    return presentOrganization(organization);
  }
}
