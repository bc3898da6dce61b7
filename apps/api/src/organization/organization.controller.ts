import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type OrganizationBody, type OrganizationPut, type Page } from '@rungate/contract';
import type { Actor, Organization } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { expectedRevision, sendRevision } from '../edge/revision.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentOrganization, presentOrganizationPut } from './organization.presenter.js';
import { Organizations } from './organizations.js';
import { PutOrganization } from './put-organization.js';

/** `/organizations`. */
@Controller()
export class OrganizationController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(PutOrganization) private readonly putOrganization: PutOrganization,
  ) {}

  @Endpoint(routes.listOrganizations)
  list(@Req() request: FastifyRequest): Promise<Page<OrganizationBody>> {
    const { query } = readInput(routes.listOrganizations, request);
    const { q = null, tag = null } = query;
    const scope = [requesterKey(request), routes.listOrganizations.path, q, tag];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.organizations.list(requesterOf(request).scope, { ...slice, q, tag }),
      keyOf: ({ slug }) => slug,
      present: presentOrganization,
    });
  }

  @Endpoint(routes.getOrganization)
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationBody> {
    const { params } = readInput(routes.getOrganization, request);
    const organization = await this.organizations.named(request, params.org);
    sendRevision(reply, organization);
    return presentOrganization(organization);
  }

  @Endpoint(routes.putOrganization)
  async put(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<OrganizationPut> {
    const { params, query, body, given } = readInput(routes.putOrganization, request);
    const expected = expectedRevision(request);
    const wanted = { slug: params.org, body, given, expected, dryRun: query.dryRun };
    const answer = await this.putOrganization.put(requesterOf(request), wanted);
    const isNew = answer.kind === 'created';
    if (isNew && !query.dryRun) void reply.status(201);
    sendRevision(reply, answer.stored);
    return presentOrganizationPut(answer, isNew && query.dryRun);
  }

  @Endpoint(routes.deleteOrganization)
  delete(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    return this.setState(request, routes.deleteOrganization, (organization, by) =>
      this.options.organizations.delete(organization, { by, graceDays: this.options.purgeAfterDays }),
    );
  }

  @Endpoint(routes.suspendOrganization)
  suspend(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    return this.setState(request, routes.suspendOrganization, (organization, by) =>
      this.options.organizations.suspend(organization, by),
    );
  }

  @Endpoint(routes.resumeOrganization)
  resume(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    return this.setState(request, routes.resumeOrganization, (organization, by) =>
      this.options.organizations.resume(organization, by),
    );
  }

  @Endpoint(routes.pauseIntake)
  async pauseIntake(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    const { params, body } = readInput(routes.pauseIntake, request);
    const organization = await this.organizations.named(request, params.org);
    const asked = { ...body, by: requesterOf(request).actor };
    return presentOrganization(await this.options.organizations.pauseIntake(organization, asked));
  }

  @Endpoint(routes.resumeIntake)
  resumeIntake(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    return this.setState(request, routes.resumeIntake, (organization, by) =>
      this.options.organizations.resumeIntake(organization, by),
    );
  }

  private async setState(
    request: FastifyRequest,
    route: (typeof routes)['deleteOrganization' | 'suspendOrganization' | 'resumeOrganization' | 'resumeIntake'],
    set: (organization: Organization, by: Actor) => Promise<Organization>,
  ): Promise<OrganizationBody> {
    const { params } = readInput(route, request);
    const organization = await this.organizations.named(request, params.org);
    return presentOrganization(await set(organization, requesterOf(request).actor));
  }
}
