import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { generateServiceProviderMetadata } from '@node-saml/passport-saml';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../../options.js';
import { SignInBudget } from '../budget.js';
import { go } from '../go.js';
import type { Step } from '../step.js';
import { SamlSignIns } from './saml-sign-ins.js';
import { serviceProviderOf } from './strategy.js';

/** Largest form that a provider's page posts, bytes: an answer of 256 KB in base64 and percent-encoded. */
const MOST_BYTES = 400 * 1024;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Where a SAML provider's answers arrive, and what it is told about us. */
@Controller()
export class SamlController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(SamlSignIns) private readonly saml: SamlSignIns,
    @Inject(SignInBudget) private readonly budget: SignInBudget,
  ) {}

  /** The same for every id: whether there is such a connection is nobody's business. */
  @Get('/auth/c/:connection/metadata')
  describe(@Param('connection') connectionId: string, @Res() reply: FastifyReply): void {
    if (!UUID.test(connectionId)) {
      go(reply, { problem: 'no-connection' });
      return;
    }
    const { entityId, acsUrl } = serviceProviderOf(connectionId, this.options.publicUrl);
    const metadata = generateServiceProviderMetadata({
      issuer: entityId,
      callbackUrl: acsUrl,
      wantAssertionsSigned: true,
      identifierFormat: null,
      generateUniqueId: () => `_${connectionId}`,
    });
    void reply
      .header('content-type', 'application/samlmetadata+xml')
      .header('cache-control', 'no-store')
      .send(metadata);
  }

  /** Posted by the provider's page, without our cookies. What it says besides, as RelayState, is not read. */
  @Post('/auth/c/:connection/acs')
  async receive(
    @Param('connection') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const receive = (): Step | Promise<Step> => {
      const answer = answerIn(request);
      return answer === null ? { problem: 'provider' } : this.saml.receive(connectionId, answer);
    };
    go(reply, await this.budget.within(request, receive));
  }

  @Get('/auth/c/:connection/finish')
  async finish(
    @Param('connection') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    go(reply, await this.budget.within(request, () => this.saml.finish(connectionId, request, reply)));
  }
}

/** The one answer in a form; null when it is none, or there are two. */
function answerIn({ body, headers }: FastifyRequest): string | null {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')) return null;
  if (!Buffer.isBuffer(body) || body.length > MOST_BYTES) return null;
  const answers = new URLSearchParams(body.toString('utf8')).getAll('SAMLResponse');
  return answers.length === 1 ? (answers[0] ?? null) : null;
}
