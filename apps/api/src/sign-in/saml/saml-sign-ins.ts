import { Inject, Injectable } from '@nestjs/common';
import type { SignInConnection } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_OPTIONS, type ApiOptions } from '../../options.js';
import { Cookies } from '../../session/cookies.js';
import { Conclusions, type Conclusion } from '../conclusions.js';
import { ConnectionTests, testIn } from '../connection-tests.js';
import { SignInError } from '../errors.js';
import { runStrategy, type StrategyEnd } from '../run-strategy.js';
import type { Step } from '../step.js';
import { triableConnection, usableConnection } from '../usable-connection.js';
import { MOST_SKEW_MS, proofOf } from './assertion.js';
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
    @Inject(Conclusions) private readonly conclusions: Conclusions,
    @Inject(ConnectionTests) private readonly tests: ConnectionTests,
  ) {}

  /** @throws SignInError `misconfigured` */
  async begin(connection: SignInConnection, isStepUp: boolean): Promise<SamlRequest> {
    const requestId = newRequestId();
    const end = await this.#run(connection, { requestId, isStepUp, answer: null });
    if (end.kind !== 'redirect') throw new SignInError('misconfigured', 'No request can be made for the provider.');
    const askedAnewAt = isStepUp ? this.options.clock.now().toISOString() : null;
    return { url: end.url, state: { request: requestId, askedAnewAt } };
  }

  /** The provider's page posts its answer: the browser is not known here, and is sent to where it is. */
  async receive(connectionId: string, answer: string): Promise<Step> {
    // Through one that is not active only tests are under way.
    const connection = await triableConnection(this.options, connectionId);
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
    const find = testIn(attempt) === null ? usableConnection : triableConnection;
    const connection = await find(this.options, connectionId);
    if (connection?.type !== 'saml') return { problem: 'no-connection' };
    return this.#conclude(answered.data, { connection, attempt, request, reply });
  }

  async #conclude(
    { askedAnewAt, answer }: z.infer<typeof ANSWERED>,
    { connection, attempt, request, reply }: Omit<Conclusion, 'proof'>,
  ): Promise<Step> {
    if ('fault' in answer) {
      const trial = testIn(attempt);
      if (trial === null) return { problem: 'provider' };
      await this.tests.note(connection, trial, answer);
      return { location: attempt.returnPath };
    }
    const provedAt = freshProof(askedAnewAt, answer.provedAt);
    if (askedAnewAt !== null && provedAt === null) {
      const error = 'The person was to prove anew who he is, and AuthnInstant says that he did not.';
      this.options.log.warn('sign_in_failed', { connection: connection.id, error });
      return { problem: 'provider' };
    }
    const proof = { ...answer, provedAt, idToken: null };
    return this.conclusions.conclude({ connection, attempt, proof, request, reply });
  }

  async #accept(connection: SignInConnection, answer: string): Promise<Step> {
    const { signIns, publicUrl } = this.options;
    const names = serviceProviderOf(connection.id, publicUrl);
    const { inResponseTo: requestId, status } = await outlineOf(answer, names);
    if (!(await signIns.isRequestPending(connection.id, requestId)))
      throw new SignInError(
        'untrusted',
        'Nobody waits for the answer (InResponseTo): it came late, twice, or unasked.',
      );
    try {
      return await this.#verify(connection, { requestId, status, answer });
    } catch (error) {
      // Who tries a connection reads why it failed where he began.
      if (!(error instanceof SignInError) || connection.status === 'active') throw error;
      await signIns.answerRequest(connection.id, requestId, { fault: error.message });
      return { location: `/auth/c/${connection.id}/finish` };
    }
  }

  async #verify(
    connection: SignInConnection,
    { requestId, status, answer }: { readonly requestId: string; readonly status: string; readonly answer: string },
  ): Promise<Step> {
    const { signIns, publicUrl, clock } = this.options;
    const names = serviceProviderOf(connection.id, publicUrl);
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

  #denied({ id: connection, status: state }: SignInConnection, status: string): Step {
    const error = `The provider answered ${status.slice(0, 100)}.`;
    if (state !== 'active') throw new SignInError('untrusted', error);
    this.options.log.warn('sign_in_failed', { connection, error });
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

/**
 * When the person proved who he is, as the answer to a request that asked for it (ForceAuthn). Of any other sign-in the moment
 * counts for nothing: many providers write when they answered, also of a session that is hours old.
 */
function freshProof(askedAnewAt: string | null, provedAt: string | null): Date | null {
  if (askedAnewAt === null || provedAt === null) return null;
  return Date.parse(provedAt) >= Date.parse(askedAnewAt) - MOST_SKEW_MS ? new Date(provedAt) : null;
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
  askedAnewAt: z.string().nullable(),
  answer: z.union([
    z.object({ fault: z.string() }),
    z.object({
      subject: z.string(),
      claims: z.record(z.string(), z.unknown()),
      provedAt: z.string().nullable(),
      providerSession: z.string().nullable(),
    }),
  ]),
});
