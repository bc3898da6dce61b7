import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { SIGN_IN_PATHS, type SignInAnswer } from '@rungate/contract';
import type { EndedSession } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { buildEndSessionUrl } from 'openid-client';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies } from '../session/cookies.js';
import { refuseCrossSite } from '../session/cross-site.js';
import { SignIns } from './sign-ins.js';

const AFTERWARDS = '/login';

/** Signing out, here and at the provider. */
@Controller()
export class LeavingController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(SignIns) private readonly signIns: SignIns,
  ) {}

  @Post(SIGN_IN_PATHS.logout)
  @HttpCode(200)
  async leave(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignInAnswer> {
    refuseCrossSite(request, this.options.publicUrl);
    void reply.header('cache-control', 'no-store');
    const cookie = this.cookies.hashIn(request, 'session');
    const ended = cookie === null ? null : await this.options.sessions.end(cookie);
    this.cookies.clear(reply, 'session');
    return { location: ended === null ? AFTERWARDS : await this.#atProvider(ended) };
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
