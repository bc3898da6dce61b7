import { Inject, Injectable } from '@nestjs/common';
import type { SignInProblem } from '@rungate/contract';
import type { SignInConnection } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies, newSecret } from '../session/cookies.js';
import type { Proof } from './arrivals.js';
import { Conclusions } from './conclusions.js';
import { ConnectionTests, testIn, trialState, type Trial } from './connection-tests.js';
import { providerFault } from './oidc/provider-error.js';
import { OidcProviders } from './oidc/providers.js';
import { OidcStrategy, type OidcOptions } from './oidc/strategy.js';
import { SamlSignIns, type SamlRequest } from './saml/saml-sign-ins.js';
import type { Step } from './step.js';
import { triableConnection, usableConnection } from './usable-connection.js';
import { runStrategy, type StrategyEnd, type StrategyRequest } from './run-strategy.js';

/** The browser comes back within this time, seconds. */
const ATTEMPT_SECONDS = 600;

/** A sign-in that begins. */
export interface Beginning extends OidcOptions {
  readonly connectionId: string;
  readonly returnPath: string;
  /** Who must come back; null: anybody. */
  readonly identityId: string | null;
}

/** Takes people to their provider and back. */
@Injectable()
export class SignIns {
  readonly #providers: OidcProviders;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(Conclusions) private readonly conclusions: Conclusions,
    @Inject(ConnectionTests) private readonly tests: ConnectionTests,
    @Inject(SamlSignIns) private readonly saml: SamlSignIns,
  ) {
    this.#providers = new OidcProviders(options);
  }

  /** A connection that may be used now. */
  usable(id: string): Promise<SignInConnection | null> {
    return usableConnection(this.options, id);
  }

  /** What the providers say of themselves. */
  get providers(): OidcProviders {
    return this.#providers;
  }

  async begin(beginning: Beginning, reply: FastifyReply): Promise<Step> {
    const connection = await this.usable(beginning.connectionId);
    if (connection === null || connection.type === 'link') return { problem: 'no-connection' };
    const { returnPath, identityId } = beginning;
    const sent = await this.#send(connection, beginning);
    if ('kind' in sent) return { problem: this.#problemOf(connection, sent) };
    const { value, hash } = newSecret();
    await this.options.signIns.beginLogin(hash, connection.id, { state: sent.state, returnPath, identityId });
    this.cookies.set(reply, 'login', value, ATTEMPT_SECONDS);
    return { location: sent.url };
  }

  /** A sign-in that signs nobody in, through a connection in any state. Where the browser goes. */
  async beginTest(
    { id }: { readonly id: string },
    { returnPath, ...trial }: Trial & { readonly returnPath: string },
    reply: FastifyReply,
  ): Promise<string> {
    const connection = await triableConnection(this.options, id);
    if (connection === null || connection.type === 'link') return returnPath;
    const sent = await this.#send(connection, {});
    if ('kind' in sent) {
      await this.tests.note(connection, trial, { fault: faultOf(sent) });
      return returnPath;
    }
    const { value, hash } = newSecret();
    const state = { ...sent.state, ...trialState(trial) };
    await this.options.signIns.beginLogin(hash, connection.id, { state, returnPath, identityId: null });
    this.cookies.set(reply, 'login', value, ATTEMPT_SECONDS);
    return sent.url;
  }

  async finish(connectionId: string, request: FastifyRequest, reply: FastifyReply): Promise<Step> {
    const cookie = this.cookies.hashIn(request, 'login');
    this.cookies.clear(reply, 'login');
    const attempt = cookie === null ? null : await this.options.signIns.takeLogin(cookie, connectionId);
    if (attempt === null) return { problem: 'expired' };
    const trial = testIn(attempt);
    const find = trial === null ? usableConnection : triableConnection;
    const connection = await find(this.options, connectionId);
    if (connection?.type !== 'oidc') return { problem: 'no-connection' };
    const query = request.url.indexOf('?');
    const answer = `/callback${query < 0 ? '' : request.url.slice(query)}`;
    const end = await this.#run(connection, answer, { state: { ...attempt.state }, asks: {} });
    if (end.kind === 'success')
      return this.conclusions.conclude({ connection, attempt, proof: proofFrom(end.user), request, reply });
    if (trial === null) return { problem: this.#problemOf(connection, end) };
    await this.tests.note(connection, trial, { fault: faultOf(end) });
    return { location: attempt.returnPath };
  }

  /** Where the browser goes, and what is remembered until it comes back; or how it ended before. */
  async #send(
    connection: SignInConnection,
    { isStepUp = false, hint }: OidcOptions,
  ): Promise<SamlRequest | Exclude<StrategyEnd, { readonly kind: 'redirect' }>> {
    if (connection.type === 'saml') {
      try {
        return await this.saml.begin(connection, isStepUp);
      } catch (error) {
        return { kind: 'error', error };
      }
    }
    const state: Record<string, unknown> = {};
    const end = await this.#run(connection, '/login', { state, asks: { isStepUp, hint } });
    return end.kind === 'redirect' ? { url: end.url, state } : end;
  }

  /** `path` is below that of the connection. Addresses come from the configuration, never from the request. */
  async #run(
    connection: SignInConnection,
    path: string,
    { state, asks }: { readonly state: Record<string, unknown>; readonly asks: OidcOptions },
  ): Promise<StrategyEnd> {
    const { publicUrl } = this.options;
    const base = `${publicUrl.replace(/\/$/, '')}/auth/c/${connection.id}`;
    try {
      const configuration = await this.#providers.configurationOf(connection);
      const { scopes } = connection;
      const strategy = new OidcStrategy(configuration, { callbackURL: `${base}/callback`, scopes, asks });
      return await runStrategy(strategy, strategyRequest(new URL(base + path), state));
    } catch (error) {
      return { kind: 'error', error };
    }
  }

  /** Those who manage the connection find the reason in the log; the person is told what to do. */
  #problemOf({ id: connection }: SignInConnection, end: StrategyEnd): SignInProblem {
    if (end.kind !== 'error') return 'refused';
    const fault = providerFault(end.error);
    if (fault === null) throw end.error;
    this.options.log.warn('sign_in_failed', { connection, error: fault });
    return 'provider';
  }
}

/** What went wrong, for those who manage the connection. A fault of our own is thrown. */
function faultOf(end: StrategyEnd): string {
  if (end.kind !== 'error') return 'The provider, or the person, said no: access was denied.';
  const fault = providerFault(end.error);
  if (fault === null) throw end.error;
  return fault;
}

function strategyRequest(url: URL, session: Record<string, unknown>): StrategyRequest {
  const written = url.pathname + url.search;
  return {
    method: 'GET',
    url: written,
    originalUrl: written,
    protocol: url.protocol.slice(0, -1),
    host: url.host,
    headers: {},
    query: {},
    body: {},
    session,
  };
}

const PROOF = z.object({
  claims: z.looseObject({
    sub: z.string().min(1).max(1_000),
    auth_time: z.number().optional(),
    sid: z.string().optional(),
  }),
  idToken: z.string(),
});

function proofFrom(user: unknown): Proof {
  const { claims, idToken } = PROOF.parse(user);
  const { sub: subject, auth_time: provedAt, sid } = claims;
  return {
    subject,
    claims,
    // Not later than now: a proof of tomorrow would count for too long.
    provedAt: provedAt === undefined ? null : new Date(Math.min(provedAt * 1_000, Date.now())),
    providerSession: sid ?? null,
    idToken,
  };
}
