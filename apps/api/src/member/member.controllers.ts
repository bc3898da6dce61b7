import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type MemberBody, type Page, type PlatformMemberBody } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey } from '../edge/requester.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { presentMember, presentPlatformMember } from './member.presenter.js';
import { Members } from './members.js';

/** `/organizations/{org}/members`. */
@Controller()
export class MemberController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(Members) private readonly members: Members,
  ) {}

  @Endpoint(routes.listMembers)
  async list(@Req() request: FastifyRequest): Promise<Page<MemberBody>> {
    const { params, query } = readInput(routes.listMembers, request);
    const { id } = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listMembers.path, id];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.members.list(id, slice.limit, slice.after),
      keyOf: (member) => member.id,
      present: presentMember,
    });
  }

  @Endpoint(routes.changeMember)
  async change(@Req() request: FastifyRequest): Promise<MemberBody> {
    const { params, body } = readInput(routes.changeMember, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    return presentMember(await this.members.change(request, { organizationId, id: params.id, ...body }));
  }

  @Endpoint(routes.signMemberOut)
  async signOut(@Req() request: FastifyRequest): Promise<{ ended: number }> {
    const { params } = readInput(routes.signMemberOut, request);
    const { id } = await this.organizations.named(request, params.org);
    return this.members.signOut(request, id, params.id);
  }

  @Endpoint(routes.signEverybodyOut)
  async signEverybodyOut(@Req() request: FastifyRequest): Promise<{ ended: number }> {
    const { params } = readInput(routes.signEverybodyOut, request);
    const { id } = await this.organizations.named(request, params.org);
    return this.members.signOut(request, id, null);
  }
}

/** `/members`. */
@Controller()
export class PlatformMemberController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Members) private readonly members: Members,
  ) {}

  @Endpoint(routes.listPlatformMembers)
  list(@Req() request: FastifyRequest): Promise<Page<PlatformMemberBody>> {
    const { query } = readInput(routes.listPlatformMembers, request);
    const scope = [requesterKey(request), routes.listPlatformMembers.path];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.members.list(null, slice.limit, slice.after),
      keyOf: (member) => member.id,
      present: presentPlatformMember,
    });
  }

  @Endpoint(routes.changePlatformMember)
  async change(@Req() request: FastifyRequest): Promise<PlatformMemberBody> {
    const { params, body } = readInput(routes.changePlatformMember, request);
    return presentPlatformMember(await this.members.change(request, { organizationId: null, id: params.id, ...body }));
  }

  @Endpoint(routes.signPlatformMemberOut)
  signOut(@Req() request: FastifyRequest): Promise<{ ended: number }> {
    const { params } = readInput(routes.signPlatformMemberOut, request);
    return this.members.signOut(request, null, params.id);
  }

  @Endpoint(routes.signPlatformOut)
  signEverybodyOut(@Req() request: FastifyRequest): Promise<{ ended: number }> {
    readInput(routes.signPlatformOut, request);
    return this.members.signOut(request, null, null);
  }
}
