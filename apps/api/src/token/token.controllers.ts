import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type Page, type PlatformTokenBody, type TokenBody } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { presentPlatformToken, presentToken } from './token.presenter.js';
import { Tokens } from './tokens.js';

/** `/organizations/{org}/tokens`. */
@Controller()
export class OrganizationTokenController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(Tokens) private readonly tokens: Tokens,
  ) {}

  @Endpoint(routes.listTokens)
  async list(@Req() request: FastifyRequest): Promise<Page<TokenBody>> {
    const { params, query } = readInput(routes.listTokens, request);
    const { id } = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listTokens.path, id];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.apiTokens.list(id, slice.limit, slice.after),
      keyOf: (token) => token.id,
      present: presentToken,
    });
  }

  @Endpoint(routes.createToken)
  async create(@Req() request: FastifyRequest): Promise<TokenBody & { token: string }> {
    const { params, body } = readInput(routes.createToken, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    const { created, token } = await this.tokens.create(request, { ...body, organizationId, managedBy: null });
    return { ...presentToken(created), token };
  }

  @Endpoint(routes.revokeToken)
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.revokeToken, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    const revoked = await this.options.apiTokens.revoke(organizationId, params.id, requesterOf(request).actor);
    if (!revoked) throw notFound('token');
  }
}

/** `/tokens`. */
@Controller()
export class PlatformTokenController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Tokens) private readonly tokens: Tokens,
  ) {}

  @Endpoint(routes.listPlatformTokens)
  list(@Req() request: FastifyRequest): Promise<Page<PlatformTokenBody>> {
    const { query } = readInput(routes.listPlatformTokens, request);
    const scope = [requesterKey(request), routes.listPlatformTokens.path];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.apiTokens.list(null, slice.limit, slice.after),
      keyOf: (token) => token.id,
      present: presentPlatformToken,
    });
  }

  @Endpoint(routes.createPlatformToken)
  async create(@Req() request: FastifyRequest): Promise<PlatformTokenBody & { token: string }> {
    const { body } = readInput(routes.createPlatformToken, request);
    if (body.managedBy !== null && body.role !== 'onboarder') {
      throw invalid([{ pointer: '/managedBy', detail: 'Is for the role onboarder alone.' }]);
    }
    const { created, token } = await this.tokens.create(request, { ...body, organizationId: null });
    return { ...presentPlatformToken(created), token };
  }

  @Endpoint(routes.revokePlatformToken)
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.revokePlatformToken, request);
    if (!(await this.options.apiTokens.revoke(null, params.id, requesterOf(request).actor))) throw notFound('token');
  }
}
