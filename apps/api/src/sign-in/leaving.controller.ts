import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { SIGN_IN_PATHS, type SignInAnswer } from '@rungate/contract';
import type { EndedSession } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { buildEndSessionUrl } from 'openid-client';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies } from '../session/cookies.js';
import { ApiError } from '../errors.js';
import { refuseCrossSite } from '../session/cross-site.js';
import { SignInBudget } from './budget.js';
import { readLogoutToken } from './oidc/logout-token.js';
import { SignIns } from './sign-ins.js';

const AFTERWARDS = '/login';

/** Signing out, here and at the provider. */
@Controller()
export class LeavingController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(SignIns) private readonly signIns: SignIns,
    @Inject(SignInBudget) private readonly budget: SignInBudget,
  ) {}

  @Post(SIGN_IN_PATHS.logout)
  @HttpCode(200)
  async leave(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignInAnswer> {
    refuseCrossSite(request, this.options.publicUrl);
    void reply.header('cache-control', 'no-store');
    const cookie = this.cookies.hashIn(request, 'session');
    const ended = cookie === null ? null : await this.options.sessions.end(cookie, request.ip);
    this.cookies.clear(reply, 'session');
    return { location: ended === null ? AFTERWARDS : await this.#atProvider(ended) };
  }

  /** The provider says that somebody left; the same answer for whatever is wrong with what it says. */
  @Post('/auth/c/:connection/back-channel-logout')
  @HttpCode(200)
  async leftAtProvider(
    @Param('connection') connectionId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    void reply.header('cache-control', 'no-store');
    const token = Buffer.isBuffer(request.body)
      ? new URLSearchParams(request.body.toString('latin1')).get('logout_token')
      : null;
    const connection = (await this.budget.take(request)) ? await this.signIns.usable(connectionId) : null;
    if (token === null || connection?.type !== 'oidc') throw notTaken();
    try {
      const configuration = await this.signIns.providers.configurationOf(connection);
      const { id, until, subject, session } = await readLogoutToken(token, configuration);
      if (!(await this.options.signIns.useAssertion(connection.id, `logout ${id}`, until))) throw notTaken();
      const ended = await this.options.sessions.endOfProvider(connection.id, { subject, session });
      this.options.log.info('signed_out_by_provider', { connection: connection.id, ended });
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause);
      this.options.log.warn('provider_logout_refused', { connection: connection.id, error });
      throw notTaken(cause);
    }
  }

  /** Where the provider ends its own session; who is signed out here need not wait for a provider that is away. */
  async #atProvider({ connectionId, idToken }: EndedSession): Promise<string> {
    const connection = await this.signIns.usable(connectionId);
    if (connection?.type !== 'oidc') return AFTERWARDS;
    try {
      const configuration = await this.signIns.providers.configurationOf(connection);
      if (configuration.serverMetadata().end_session_endpoint === undefined) return AFTERWARDS;
      return buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: new URL(AFTERWARDS, this.options.publicUrl).href,
        ...(idToken === null ? {} : { id_token_hint: idToken }),
      }).href;
    } catch {
      return AFTERWARDS;
    }
  }
}

function notTaken(cause?: unknown): ApiError {
  return new ApiError('not_json', 'The logout token does not count.', [], { cause });
}
