import { domainToASCII } from 'node:url';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { discoverBody, linkBody, SIGN_IN_PATHS, type DiscoverAnswer, type SignInAnswer } from '@rungate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { secretHash } from '../session/cookies.js';
import { refuseCrossSite } from '../session/cross-site.js';
import { SignInBudget, tooManyTries } from './budget.js';
import { readJson } from './json-body.js';
import { LinkSignIns } from './link-sign-ins.js';
import { returnPathOf } from './return-path.js';

/** Where whoever is found by no domain goes. */
const NOBODY = { href: '/login?problem=no-provider' };

/** Ways in that begin with something that the person types or was given: an e-mail address, a one-time link. */
@Controller()
export class EntranceController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(SignInBudget) private readonly budget: SignInBudget,
    @Inject(LinkSignIns) private readonly links: LinkSignIns,
  ) {}

  /**
   * Finds a provider by the domain of an e-mail address, for those that chose to be found. Whatever comes, the same is asked
   * of the database; nobody learns whether a person is known.
   */
  @Post(SIGN_IN_PATHS.discover)
  @HttpCode(200)
  async discover(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DiscoverAnswer> {
    await this.#admit(request, reply);
    const { email, returnPath } = readJson(discoverBody, request);
    const domain = domainToASCII(email.split('@').at(-1) ?? '');
    const found = await this.options.signIns.connectionsOfDomain(domain);
    const search = new URLSearchParams({ hint: email, return: returnPathOf(returnPath) }).toString();
    const choices = found.map(({ id, name }) => ({ label: name, href: `/auth/c/${id}/login?${search}` }));
    const [first = NOBODY, another] = choices;
    return another === undefined ? { location: first.href, choices: [] } : { location: null, choices };
  }

  /** A click uses the link up, a look at it does not: what stands after the # comes by POST alone. */
  @Post(SIGN_IN_PATHS.link)
  @HttpCode(200)
  async useLink(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignInAnswer> {
    await this.#admit(request, reply);
    const { token } = readJson(linkBody, request);
    if (await this.links.signIn(secretHash(token), request, reply)) return { location: '/' };
    throw new ApiError('not_found', 'This link was used before, or is over. Make another one on the server.');
  }

  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    void reply.header('cache-control', 'no-store');
    refuseCrossSite(request, this.options.publicUrl);
    if (await this.budget.take(request)) return;
    throw tooManyTries();
  }
}
