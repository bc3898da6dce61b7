import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { SIGN_IN_PATHS, type SignInOptions } from '@rungate/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../edge/authentication.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { SignInBudget, tooManyTries } from './budget.js';
import { Conclusions } from './conclusions.js';
import { go } from './go.js';
import { returnPathOf } from './return-path.js';
import { SignIns } from './sign-ins.js';
import type { Step } from './step.js';

/** The way to an identity provider and back. Nothing of it is the management API, and nothing needs a token. */
@Controller()
export class SignInController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(SignIns) private readonly signIns: SignIns,
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(SignInBudget) private readonly budget: SignInBudget,
    @Inject(Conclusions) private readonly conclusions: Conclusions,
  ) {}

  @Get(SIGN_IN_PATHS.options)
  async show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignInOptions> {
    void reply.header('cache-control', 'no-store');
    if (!(await this.budget.take(request))) throw tooManyTries();
    const shown = await this.options.signIns.shownConnections();
    const { development, personas } = this.options;
    return {
      development,
      choices: [
        ...(development ? personas() : []),
        ...shown
          .filter((connection) => !connection.development)
          .map(({ id, name }) => ({ label: name, href: `/auth/c/${id}/login` })),
      ],
    };
  }

  @Get('/auth/c/:connection/login')
  async begin(
    @Param('connection') connectionId: string,
    @Query('return') asked: unknown,
    @Query('hint') hint: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const elsewhere = this.#elsewhere(request);
    if (elsewhere !== null) {
      go(reply, { location: elsewhere });
      return;
    }
    const returnPath = returnPathOf(asked);
    const loginHint = typeof hint === 'string' && hint.length <= 320 ? hint : undefined;
    const beginning = { connectionId, returnPath, identityId: null, hint: loginHint };
    go(reply, await this.budget.within(request, () => this.signIns.begin(beginning, reply)));
  }

  /**
   * Straight to the provider of an organization, where whoever asks may know of it; where not, the same answer as for an
   * organization that does not exist.
   */
  @Get('/auth/o/:organization')
  async straight(
    @Param('organization') slug: string,
    @Query('return') asked: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    go(reply, await this.budget.within(request, () => this.#straight(slug, returnPathOf(asked))));
  }

  @Get('/auth/c/:connection/callback')
  async finish(
    @Param('connection') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    go(reply, await this.budget.within(request, () => this.signIns.finish(connectionId, request, reply)));
  }

  /** The button of the page that asks before a session ends for another person's. */
  @Post('/auth/c/:connection/replace')
  async replace(
    @Param('connection') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    go(reply, await this.budget.within(request, () => this.conclusions.replace(connectionId, request, reply)));
  }

  @Get(SIGN_IN_PATHS.stepUp)
  async stepUp(
    @Query('return') asked: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const identified = await this.authentication.identify(request, true);
    const session = identified?.session ?? null;
    if (session === null) {
      go(reply, { problem: 'expired' });
      return;
    }
    const { connectionId, identityId, subject } = session.holder;
    const beginning = { connectionId, identityId, returnPath: returnPathOf(asked), isStepUp: true, hint: subject };
    go(reply, await this.signIns.begin(beginning, reply));
  }

  async #straight(slug: string, returnPath: string): Promise<Step> {
    const { signIns, development } = this.options;
    const id = await signIns.connectionOfOrganization(slug, taskResultIn(returnPath, slug), development);
    const location =
      id === null
        ? `/login?${new URLSearchParams({ next: returnPath }).toString()}`
        : `/auth/c/${id}/login?${new URLSearchParams({ return: returnPath }).toString()}`;
    return { location };
  }

  /** In development a person may have come by another name of this machine, where the cookie would stay behind. */
  #elsewhere({ host, url }: FastifyRequest): string | null {
    const ours = new URL(this.options.publicUrl);
    return this.options.development && host !== ours.host ? ours.origin + url : null;
  }
}

/** Of the page of one task result; null for every other page. */
function taskResultIn(path: string, slug: string): string | null {
  const start = `/o/${slug}/results/`;
  return path.startsWith(start) ? (path.slice(start.length).split(/[?#/]/)[0] ?? null) : null;
}
