import { Inject, Injectable } from '@nestjs/common';
import type { SignInConnection } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_OPTIONS, type ApiOptions } from '../../options.js';
import { Cookies } from '../../session/cookies.js';
import { Arrivals } from '../arrivals.js';
import { SignInError } from '../errors.js';
import { runStrategy, type StrategyEnd } from '../run-strategy.js';
import type { Step } from '../sign-ins.js';
import { usableConnection } from '../usable-connection.js';
import { proofOf } from './assertion.js';
import { outlineOf } from './response-rules.js';
import { newRequestId, samlStrategy, serviceProviderOf } from './strategy.js';

/** Where the browser goes with a request, and what is remembered of it. */
export interface SamlRequest {
  readonly url: string;
  readonly state: Readonly<Record<string, unknown>>;
}

const DENIED = new Set(['AuthnFailed', 'RequestDenied', 'NoPassive']);

/** Sign-in by SAML: the provider's answer is checked where it is posted, and counts in the browser that asked for it. */
@Injectable()
export class SamlSignIns {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(Arrivals) private readonly arrivals: Arrivals,
  ) {}

  /** @throws SignInError `misconfigured` */
  async begin(connection: SignInConnection, isStepUp: boolean): Promise<SamlRequest> {
    const requestId = newRequestId();
    const end = await this.#run(connection, { requestId, isStepUp, answer: null });
    if (end.kind !== 'redirect') throw new SignInError('misconfigured', 'No request can be made for the provider.');
    return { url: end.url, state: { request: requestId } };
  }

  /** The provider's page posts its answer: the browser is not known here, and is sent to where it is. */
  async receive(connectionId: string, answer: string): Promise<Step> {
    const connection = await usableConnection(this.options, connectionId);
    if (connection?.type !== 'saml') return { problem: 'no-connection' };
    try {
      return await this.#accept(connection, answer);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      this.options.log.warn('sign_in_failed', { connection: connection.id, error: error.message });
      return { problem: 'provider' };
    }
  }

  /** The same browser that began it, with its cookie. */
  async finish(connectionId: string, request: FastifyRequest, reply: FastifyReply): Promise<Step> {
    const cookie = this.cookies.hashIn(request, 'login');
    this.cookies.clear(reply, 'login');
    const attempt = cookie === null ? null : await this.options.signIns.takeLogin(cookie, connectionId);
    const answered = ANSWERED.safeParse(attempt?.state);
    if (attempt === null || !answered.success) return { problem: 'expired' };
    const connection = await usableConnection(this.options, connectionId);
    if (connection?.type !== 'saml') return { problem: 'no-connection' };
    const { provedAt, ...rest } = answered.data.answer;
    const proof = { ...rest, provedAt: provedAt === null ? null : new Date(provedAt), idToken: null };
    const problem = await this.arrivals.welcome({ connection, expected: attempt.identityId, proof, request, reply });
    return problem === null ? { location: attempt.returnPath } : { problem };
  }

  async #accept(connection: SignInConnection, answer: string): Promise<Step> {
    const { signIns, publicUrl, clock } = this.options;
    const names = serviceProviderOf(connection.id, publicUrl);
    const { inResponseTo: requestId, status } = await outlineOf(answer, names);
    if (!(await signIns.isRequestPending(connection.id, requestId)))
      throw new SignInError(
        'untrusted',
        'Nobody waits for the answer (InResponseTo): it came late, twice, or unasked.',
      );
    if (status !== 'Success') return this.#denied(connection, status);
    const end = await this.#run(connection, { requestId, isStepUp: false, answer });
    if (end.kind !== 'success') throw new SignInError('untrusted', reasonOf(end));
    const { assertion, attributes } = PROFILE.parse(end.user);
    const rules = { ...names, issuer: connection.issuer ?? '', requestId, now: clock.now() };
    const { assertionId, usableUntil, ...proof } = proofOf(assertion, attributes, rules);
    if (!(await signIns.useAssertion(connection.id, assertionId, usableUntil)))
      throw new SignInError('untrusted', 'The assertion was used before.');
    const kept = { ...proof, provedAt: proof.provedAt?.toISOString() ?? null };
    if (!(await signIns.answerRequest(connection.id, requestId, kept)))
      throw new SignInError('untrusted', 'The request was answered before.');
    return { location: `/auth/c/${connection.id}/finish` };
  }

  #denied({ id: connection }: SignInConnection, status: string): Step {
    this.options.log.warn('sign_in_failed', { connection, error: `The provider answered ${status.slice(0, 100)}.` });
    return { problem: DENIED.has(status) ? 'refused' : 'provider' };
  }

  #run(
    connection: SignInConnection,
    { requestId, isStepUp, answer }: { requestId: string; isStepUp: boolean; answer: string | null },
  ): Promise<StrategyEnd> {
    const { publicUrl } = this.options;
    const { acsUrl } = serviceProviderOf(connection.id, publicUrl);
    const { host, protocol, pathname } = new URL(acsUrl);
    const strategy = samlStrategy({ connection, publicUrl, requestId, isStepUp });
    return runStrategy(strategy, {
      method: answer === null ? 'GET' : 'POST',
      url: pathname,
      originalUrl: pathname,
      protocol: protocol.slice(0, -1),
      host,
      headers: { host },
      query: {},
      body: answer === null ? {} : { SAMLResponse: answer },
      session: {},
    });
  }
}

/** The library throws nothing of its own: what it says is about the answer, which alone it was given. */
function reasonOf(end: StrategyEnd): string {
  return end.kind === 'error' && end.error instanceof Error
    ? end.error.message
    : 'The provider says nobody is signed in.';
}

const PROFILE = z
  .looseObject({
    getAssertion: z.custom<() => unknown>((value) => typeof value === 'function'),
    attributes: z.record(z.string(), z.unknown()).default({}),
  })
  .transform(({ getAssertion, attributes }) => ({ assertion: getAssertion(), attributes }));

const ANSWERED = z.object({
  answer: z.object({
    subject: z.string(),
    claims: z.record(z.string(), z.unknown()),
    provedAt: z.string().nullable(),
    providerSession: z.string().nullable(),
  }),
});
