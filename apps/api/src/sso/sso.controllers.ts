import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type Page, type PlatformSsoConnectionBody, type SsoConnectionBody } from '@rungate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { expectedRevision, sendRevision } from '../edge/revision.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { returnPathOf } from '../sign-in/return-path.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { settingsOfOrganization, settingsOfPlatform } from './desired-settings.js';
import { presentPlatformSsoConnection, presentSsoConnection } from './sso.presenter.js';
import { SsoConnections, type Changing } from './sso-connections.js';

/** Where a test goes. */
interface TestStart {
  readonly location: string;
}

/** `/organizations/{org}/sso-connections`. */
@Controller()
export class SsoConnectionController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(SsoConnections) private readonly connections: SsoConnections,
    @Inject(SignIns) private readonly signIns: SignIns,
  ) {}

  @Endpoint(routes.listSsoConnections)
  async list(@Req() request: FastifyRequest): Promise<Page<SsoConnectionBody>> {
    const { params, query } = readInput(routes.listSsoConnections, request);
    const { id, slug } = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listSsoConnections.path, id];
    const around = presented(this.options);
    return this.cursors.list(scope, query, {
      rows: ({ limit, after }) => this.options.managedConnections.list(id, limit, after),
      keyOf: (connection) => connection.id,
      present: (connection) => presentSsoConnection(connection, slug, around),
    });
  }

  @Endpoint(routes.createSsoConnection)
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SsoConnectionBody> {
    const { params, body } = readInput(routes.createSsoConnection, request);
    const { id, slug } = await this.organizations.named(request, params.org);
    const { actor } = requesterOf(request);
    const created = await this.connections.create(id, settingsOfOrganization(body), actor);
    sendRevision(reply, created);
    return presentSsoConnection(created, slug, presented(this.options));
  }

  @Endpoint(routes.getSsoConnection)
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SsoConnectionBody> {
    const { params } = readInput(routes.getSsoConnection, request);
    const { id: organizationId, slug } = await this.organizations.named(request, params.org);
    const found = await this.connections.named({ organizationId, id: params.id });
    sendRevision(reply, found);
    return presentSsoConnection(found, slug, presented(this.options));
  }

  @Endpoint(routes.changeSsoConnection)
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SsoConnectionBody> {
    const { params, body } = readInput(routes.changeSsoConnection, request);
    const { id: organizationId, slug } = await this.organizations.named(request, params.org);
    const which = { organizationId, id: params.id };
    const changed = await this.connections.change(which, settingsOfOrganization(body), changing(request));
    sendRevision(reply, changed);
    return presentSsoConnection(changed, slug, presented(this.options));
  }

  @Endpoint(routes.readSsoMetadata)
  async readMetadata(@Req() request: FastifyRequest): Promise<SsoConnectionBody> {
    const { params, body } = readInput(routes.readSsoMetadata, request);
    const { id: organizationId, slug } = await this.organizations.named(request, params.org);
    const changed = await this.connections.readMetadata({ organizationId, id: params.id }, body, changing(request));
    return presentSsoConnection(changed, slug, presented(this.options));
  }

  @Endpoint(routes.testSsoConnection)
  async test(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<TestStart> {
    const { params, body } = readInput(routes.testSsoConnection, request);
    const { id: organizationId } = await this.organizations.named(request, params.org);
    const found = await this.connections.named({ organizationId, id: params.id });
    const trial = { by: requesterOf(request).actor.name, returnPath: returnPathOf(body.returnPath) };
    return { location: await this.signIns.beginTest(found, trial, reply) };
  }

  @Endpoint(routes.activateSsoConnection)
  async activate(@Req() request: FastifyRequest): Promise<SsoConnectionBody> {
    const { params, body } = readInput(routes.activateSsoConnection, request);
    const { id: organizationId, slug } = await this.organizations.named(request, params.org);
    const { actor } = requesterOf(request);
    const which = { organizationId, id: params.id };
    const activated = await this.connections.activate(which, body.revision, actor);
    return presentSsoConnection(activated, slug, presented(this.options));
  }

  @Endpoint(routes.disableSsoConnection)
  async disable(@Req() request: FastifyRequest): Promise<SsoConnectionBody> {
    const { params } = readInput(routes.disableSsoConnection, request);
    const { id: organizationId, slug } = await this.organizations.named(request, params.org);
    const { actor } = requesterOf(request);
    const disabled = await this.connections.disable({ organizationId, id: params.id }, actor, ownConnection(request));
    return presentSsoConnection(disabled, slug, presented(this.options));
  }
}

/** `/sso-connections`. */
@Controller()
export class PlatformSsoConnectionController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(SsoConnections) private readonly connections: SsoConnections,
    @Inject(SignIns) private readonly signIns: SignIns,
  ) {}

  @Endpoint(routes.listPlatformSsoConnections)
  list(@Req() request: FastifyRequest): Promise<Page<PlatformSsoConnectionBody>> {
    const { query } = readInput(routes.listPlatformSsoConnections, request);
    const scope = [requesterKey(request), routes.listPlatformSsoConnections.path];
    const around = presented(this.options);
    return this.cursors.list(scope, query, {
      rows: ({ limit, after }) => this.options.managedConnections.list(null, limit, after),
      keyOf: (connection) => connection.id,
      present: (connection) => presentPlatformSsoConnection(connection, around),
    });
  }

  @Endpoint(routes.createPlatformSsoConnection)
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformSsoConnectionBody> {
    const { body } = readInput(routes.createPlatformSsoConnection, request);
    const created = await this.connections.create(null, settingsOfPlatform(body), requesterOf(request).actor);
    sendRevision(reply, created);
    return presentPlatformSsoConnection(created, presented(this.options));
  }

  @Endpoint(routes.getPlatformSsoConnection)
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformSsoConnectionBody> {
    const { params } = readInput(routes.getPlatformSsoConnection, request);
    const found = await this.connections.named({ organizationId: null, id: params.id });
    sendRevision(reply, found);
    return presentPlatformSsoConnection(found, presented(this.options));
  }

  @Endpoint(routes.changePlatformSsoConnection)
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformSsoConnectionBody> {
    const { params, body } = readInput(routes.changePlatformSsoConnection, request);
    const which = { organizationId: null, id: params.id };
    const changed = await this.connections.change(which, settingsOfPlatform(body), changing(request));
    sendRevision(reply, changed);
    return presentPlatformSsoConnection(changed, presented(this.options));
  }

  @Endpoint(routes.readPlatformSsoMetadata)
  async readMetadata(@Req() request: FastifyRequest): Promise<PlatformSsoConnectionBody> {
    const { params, body } = readInput(routes.readPlatformSsoMetadata, request);
    const which = { organizationId: null, id: params.id };
    const changed = await this.connections.readMetadata(which, body, changing(request));
    return presentPlatformSsoConnection(changed, presented(this.options));
  }

  @Endpoint(routes.testPlatformSsoConnection)
  async test(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<TestStart> {
    const { params, body } = readInput(routes.testPlatformSsoConnection, request);
    const found = await this.connections.named({ organizationId: null, id: params.id });
    const trial = { by: requesterOf(request).actor.name, returnPath: returnPathOf(body.returnPath) };
    return { location: await this.signIns.beginTest(found, trial, reply) };
  }

  @Endpoint(routes.activatePlatformSsoConnection)
  async activate(@Req() request: FastifyRequest): Promise<PlatformSsoConnectionBody> {
    const { params, body } = readInput(routes.activatePlatformSsoConnection, request);
    const { actor } = requesterOf(request);
    const which = { organizationId: null, id: params.id };
    const activated = await this.connections.activate(which, body.revision, actor);
    return presentPlatformSsoConnection(activated, presented(this.options));
  }

  @Endpoint(routes.disablePlatformSsoConnection)
  async disable(@Req() request: FastifyRequest): Promise<PlatformSsoConnectionBody> {
    const { params } = readInput(routes.disablePlatformSsoConnection, request);
    const { actor } = requesterOf(request);
    const which = { organizationId: null, id: params.id };
    const disabled = await this.connections.disable(which, actor, ownConnection(request));
    return presentPlatformSsoConnection(disabled, presented(this.options));
  }
}

function changing(request: FastifyRequest): Changing {
  return { by: requesterOf(request).actor, expected: expectedRevision(request) };
}

function ownConnection(request: FastifyRequest): string | null {
  return requesterOf(request).session?.holder.connectionId ?? null;
}

function presented({ publicUrl, clock }: ApiOptions): { readonly publicUrl: string; readonly now: Date } {
  return { publicUrl, now: clock.now() };
}
