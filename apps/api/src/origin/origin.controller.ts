import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type OriginBody, type OriginPut, type Page } from '@rungate/contract';
import { LIMITS } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { expectedRevision, sendRevision, stale } from '../edge/revision.js';
import { ApiError, invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { grantViolations } from './grant-violations.js';
import { presentOrigin, presentOriginPut } from './origin.presenter.js';

/** `/organizations/{org}/origins`. */
@Controller()
export class OriginController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  @Endpoint(routes.listOrigins)
  async list(@Req() request: FastifyRequest): Promise<Page<OriginBody>> {
    const { params, query } = readInput(routes.listOrigins, request);
    const { id, slug } = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listOrigins.path, id];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.origins.list(id, slice.limit, slice.after),
      keyOf: ({ origin }) => origin,
      present: (stored) => presentOrigin(stored, slug),
    });
  }

  @Endpoint(routes.getOrigin)
  async get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<OriginBody> {
    const { params } = readInput(routes.getOrigin, request);
    const { id, slug } = await this.organizations.named(request, params.org);
    const stored = await this.options.origins.find(id, params.origin);
    if (stored === null) throw notFound('origin');
    sendRevision(reply, stored);
    return presentOrigin(stored, slug);
  }

  @Endpoint(routes.putOrigin)
  async put(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<OriginPut> {
    const { params, query, body } = readInput(routes.putOrigin, request);
    const { id, slug } = await this.organizations.named(request, params.org);
    const desired = { origin: params.origin, ...body };
    const violations = grantViolations(desired, this.options);
    if (violations.length > 0) throw invalid(violations);
    const answer = await this.options.origins.put({
      organizationId: id,
      desired,
      expected: expectedRevision(request),
      by: requesterOf(request).actor,
      dryRun: query.dryRun,
    });
    if (answer.rejected === 'stale') throw stale('origin');
    if (answer.rejected !== undefined) throw tooManyOrigins();
    const isNew = answer.kind === 'created';
    if (isNew && !query.dryRun) void reply.status(201);
    sendRevision(reply, answer.stored);
    return presentOriginPut(answer, { organizationSlug: slug, imagined: isNew && query.dryRun });
  }
}

/** The organization has as many origins as it may. */
export function tooManyOrigins(): ApiError {
  return new ApiError(
    'too_many',
    `An organization may have ${LIMITS.origins} origins besides those that are open to all, and this one has them.`,
  );
}
