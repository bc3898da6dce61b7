import { Controller, Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import {
  linkBody,
  SSO_SETUP_PATHS,
  ssoMetadata,
  ssoSettings,
  type SignInAnswer,
  type SsoSetupBody,
} from '@rungate/contract';
import type { Actor, SetupVisit } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies, newSecret, secretHash } from '../session/cookies.js';
import { refuseCrossSite } from '../session/cross-site.js';
import { SignInBudget, tooManyTries } from '../sign-in/budget.js';
import { readJson } from '../sign-in/json-body.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { settingsOfOrganization } from './desired-settings.js';
import { presentSsoConnection } from './sso.presenter.js';
import { SsoConnections, type Named } from './sso-connections.js';

/** Whoever opened a link is in for so long, seconds: to talk to whoever administers the provider. */
const VISIT_SECONDS = 8 * 3_600;
/** Of the console. */
const PAGE = '/setup/sso';

/** Set-up by a customer's own people: one draft, and nothing else. */
@Controller()
export class SsoSetupController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(SignInBudget) private readonly budget: SignInBudget,
    @Inject(SsoConnections) private readonly connections: SsoConnections,
    @Inject(SignIns) private readonly signIns: SignIns,
  ) {}

  /** A click uses the link up, a look at it does not: what stands after the # comes by POST alone. */
  @Post(SSO_SETUP_PATHS.open)
  @HttpCode(200)
  async open(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignInAnswer> {
    await this.#admit(request, reply);
    const { token } = readJson(linkBody, request);
    const { value, hash } = newSecret();
    if (!(await this.options.setupLinks.open(secretHash(token), hash, VISIT_SECONDS)))
      throw new ApiError('not_found', 'This link was used before, or is over. Ask for another one.');
    this.options.log.info('setup_link_opened', { address: request.ip });
    this.cookies.set(reply, 'setup', value, VISIT_SECONDS);
    return { location: PAGE };
  }

  @Get(SSO_SETUP_PATHS.whole)
  async show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SsoSetupBody> {
    await this.#admit(request, reply);
    return this.#present(await this.#visit(request));
  }

  @Put(SSO_SETUP_PATHS.whole)
  async change(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SsoSetupBody> {
    await this.#admit(request, reply);
    const visit = await this.#visit(request);
    const desired = settingsOfOrganization(readJson(ssoSettings, request));
    await this.connections.change(named(visit), desired, { by: visitor(visit, request), expected: {} });
    return this.#present(visit);
  }

  @Post(SSO_SETUP_PATHS.metadata)
  @HttpCode(200)
  async readMetadata(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SsoSetupBody> {
    await this.#admit(request, reply);
    const visit = await this.#visit(request);
    const wanted = readJson(ssoMetadata, request);
    await this.connections.readMetadata(named(visit), wanted, { by: visitor(visit, request), expected: {} });
    return this.#present(visit);
  }

  @Post(SSO_SETUP_PATHS.test)
  @HttpCode(200)
  async test(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignInAnswer> {
    await this.#admit(request, reply);
    const visit = await this.#visit(request);
    const trial = { by: visitor(visit, request).name, returnPath: PAGE };
    return { location: await this.signIns.beginTest({ id: visit.connectionId }, trial, reply) };
  }

  @Post(SSO_SETUP_PATHS.done)
  @HttpCode(204)
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.#admit(request, reply);
    const cookie = this.cookies.hashIn(request, 'setup');
    if (cookie !== null) await this.options.setupLinks.end(cookie);
    this.cookies.clear(reply, 'setup');
  }

  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    void reply.header('cache-control', 'no-store');
    refuseCrossSite(request, this.options.publicUrl);
    if (await this.budget.take(request)) return;
    throw tooManyTries();
  }

  async #visit(request: FastifyRequest): Promise<SetupVisit> {
    const cookie = this.cookies.hashIn(request, 'setup');
    const visit = cookie === null ? null : await this.options.setupLinks.find(cookie);
    if (visit === null) throw new ApiError('unauthenticated', 'The set-up is over.');
    return visit;
  }

  async #present(visit: SetupVisit): Promise<SsoSetupBody> {
    const { organization, madeBy, endsAt } = visit;
    const { publicUrl, clock } = this.options;
    const connection = await this.connections.named(named(visit));
    return {
      organization: organization.displayName,
      madeBy,
      endsAt: endsAt.toISOString(),
      connection: presentSsoConnection(connection, organization.slug, { publicUrl, now: clock.now() }),
    };
  }
}

function named({ organization, connectionId }: SetupVisit): Named {
  return { organizationId: organization.id, id: connectionId, isDraft: true };
}

/** Nobody knows who it is: the link, and who made it. */
function visitor({ linkId, madeBy }: SetupVisit, { ip }: FastifyRequest): Actor {
  return { kind: 'system', id: linkId, name: `set-up link of ${madeBy}`, role: 'setup', address: ip };
}
