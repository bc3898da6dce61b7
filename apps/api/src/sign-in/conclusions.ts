import { Inject, Injectable } from '@nestjs/common';
import type { FoundSession, LoginAttempt, SignInConnection } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies, newSecret } from '../session/cookies.js';
import { isFromOurPage } from '../session/cross-site.js';
import { Arrivals, shownAs, type Proof } from './arrivals.js';
import { ConnectionTests, testIn } from './connection-tests.js';
import { replacingPage } from './replacing-page.js';
import type { Step } from './step.js';
import { usableConnection } from './usable-connection.js';

/** A person whom a provider vouches for, back in the browser that began. */
export interface Conclusion {
  readonly connection: SignInConnection;
  readonly attempt: LoginAttempt;
  readonly proof: Proof;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** How a sign-in ends, whatever protocol the provider speaks. */
@Injectable()
export class Conclusions {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(Arrivals) private readonly arrivals: Arrivals,
    @Inject(ConnectionTests) private readonly tests: ConnectionTests,
  ) {}

  async conclude(conclusion: Conclusion): Promise<Step> {
    const { connection, attempt, proof, request, reply } = conclusion;
    const { returnPath, identityId: expected } = attempt;
    const test = testIn(attempt);
    if (test !== null) {
      await this.tests.note(connection, test, { proof });
      return { location: returnPath };
    }
    const other = expected === null ? await this.#otherThan(conclusion) : null;
    // The way back from a provider is cross-site whoever began it: it may have been a page of somebody else.
    if (other !== null && !this.#isOurs(request)) return this.#ask(conclusion, other);
    const problem = await this.arrivals.welcome({ connection, expected, proof, request, reply });
    return problem === null ? { location: returnPath } : { problem };
  }

  /** The button of the page that asks. */
  async replace(connectionId: string, request: FastifyRequest, reply: FastifyReply): Promise<Step> {
    if (!isFromOurPage(request.headers, this.options.publicUrl)) return { problem: 'expired' };
    const cookie = this.cookies.hashIn(request, 'login');
    this.cookies.clear(reply, 'login');
    const attempt = cookie === null ? null : await this.options.signIns.takeLogin(cookie, connectionId);
    const waiting = WAITING.safeParse(attempt?.state);
    if (attempt === null || !waiting.success) return { problem: 'expired' };
    const connection = await usableConnection(this.options, connectionId);
    if (connection === null) return { problem: 'no-connection' };
    const { provedAt, ...rest } = waiting.data.waiting;
    const proof = { ...rest, provedAt: provedAt === null ? null : new Date(provedAt), idToken: null };
    const problem = await this.arrivals.welcome({ connection, expected: null, proof, request, reply });
    return problem === null ? { location: attempt.returnPath } : { problem };
  }

  /** Somebody else who is signed in with this browser. */
  async #otherThan({ connection, proof, request }: Conclusion): Promise<FoundSession | null> {
    const cookie = this.cookies.hashIn(request, 'session');
    const session = cookie === null ? null : await this.options.sessions.find(cookie, false);
    if (session === null) return null;
    const { connectionId, subject } = session.holder;
    return connectionId === connection.id && subject === proof.subject ? null : session;
  }

  /** `same-site`: in development the provider is another port of this machine. */
  #isOurs({ headers }: FastifyRequest): boolean {
    const site = headers['sec-fetch-site'];
    return site === 'same-origin' || site === 'none' || (site === 'same-site' && this.options.development);
  }

  async #ask({ connection, attempt, proof, reply }: Conclusion, { holder }: FoundSession): Promise<Step> {
    const { value, hash } = newSecret();
    // Without the ID token: the provider's own logout does without it.
    const { subject, claims, providerSession } = proof;
    const waiting = { subject, claims, providerSession, provedAt: proof.provedAt?.toISOString() ?? null };
    const { returnPath } = attempt;
    await this.options.signIns.beginLogin(hash, connection.id, { state: { waiting }, returnPath, identityId: null });
    this.cookies.set(reply, 'login', value, ASKED_SECONDS);
    const { name: next } = shownAs(connection, proof);
    const action = `/auth/c/${connection.id}/replace`;
    return { page: replacingPage({ present: holder.name, next, connection: connection.name, action }) };
  }
}

/** Whoever is asked answers within this time, seconds. */
const ASKED_SECONDS = 600;

const WAITING = z.object({
  waiting: z.object({
    subject: z.string(),
    claims: z.record(z.string(), z.unknown()),
    provedAt: z.string().nullable(),
    providerSession: z.string().nullable(),
  }),
});
