import { Inject, Injectable } from '@nestjs/common';
import {
  admit,
  claimAt,
  isPublicIssuer,
  ORGANIZATION_ROLES,
  PLATFORM_ROLES,
  sessionLimits,
  type AdmissionPolicy,
  type AdmissionRefusal,
  type Claims,
  type KnownMember,
  type MemberRole,
} from '@rungate/access';
import type { SignInProblem } from '@rungate/contract';
import type { ArrivalDecision, LoginAttempt, Member, SignInConnection } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies, newSecret } from '../session/cookies.js';

/** What a provider vouches for, whatever protocol it speaks. */
export interface Proof {
  readonly subject: string;
  readonly claims: Claims;
  /** When the person showed the provider who he is; null when it does not say. */
  readonly provedAt: Date | null;
  readonly providerSession: string | null;
  readonly idToken: string | null;
}

/** A person at the door, and in which browser. */
export interface ArrivalAt {
  readonly connection: SignInConnection;
  /** Who must come back, when it is to prove that he is still himself. */
  readonly expected: LoginAttempt['identityId'];
  readonly proof: Proof;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const PROBLEM: Readonly<Record<AdmissionRefusal, SignInProblem>> = {
  blocked: 'blocked',
  required_claim: 'not-admitted',
  shared_issuer: 'not-admitted',
  guest: 'not-admitted',
  not_a_member: 'not-admitted',
  no_role: 'not-admitted',
};
const MOST_CHARACTERS = 200;

/** Lets people in whom a provider vouches for: as members, with a session of their own. */
@Injectable()
export class Arrivals {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
  ) {}

  /** Null: the person is in, and the answer has the cookie. */
  async welcome({ connection, expected, proof, request, reply }: ArrivalAt): Promise<SignInProblem | null> {
    const { subject, claims } = proof;
    const answer = await this.options.members.arrive<AdmissionRefusal | 'other-person'>(
      {
        organizationId: connection.organization?.id ?? null,
        connectionId: connection.id,
        subject,
        ...shownAs(connection, proof),
        address: request.ip,
      },
      (known) => {
        // Who comes back in place of somebody is no less himself for it.
        if (expected !== null && known?.id !== expected)
          return { admitted: false, why: 'other-person', endsAll: false };
        return decide(connection, claims, known);
      },
    );
    if ('refused' in answer) {
      this.options.log.warn('sign_in_refused', { connection: connection.id, why: answer.refused });
      return answer.refused === 'other-person' ? 'other-person' : PROBLEM[answer.refused];
    }
    await this.openSession({ connection, member: answer, proof, request, reply });
    return null;
  }

  /** A session always has an id of its own: what the browser held before is worth nothing afterwards. */
  async openSession({
    connection,
    member,
    proof,
    request,
    reply,
    reason = null,
  }: Omit<ArrivalAt, 'expected'> & { readonly member: Member; readonly reason?: string | null }): Promise<void> {
    const { sessions } = this.options;
    const before = this.cookies.hashIn(request, 'session');
    if (before !== null) await sessions.end(before, request.ip);
    const { value, hash } = newSecret();
    const { id: identityId, name, role } = member;
    await sessions.open({
      organizationId: connection.organization?.id ?? null,
      identityId,
      hash,
      ...sessionLimits(connection.organization === null ? 'platform' : 'organization', connection),
      steppedUpAt: proof.provedAt,
      providerSession: proof.providerSession,
      idToken: proof.idToken,
      userAgent: request.headers['user-agent']?.slice(0, MOST_CHARACTERS) ?? null,
      by: { kind: 'person', id: identityId, name, role, address: request.ip },
      reason,
    });
    this.cookies.set(reply, 'session', value);
  }
}

function decide(connection: SignInConnection, claims: Claims, known: Member | null): ArrivalDecision<AdmissionRefusal> {
  const policy = policyOf(connection);
  const admission = admit(policy, claims, known === null ? null : knownAs(known, policy));
  return admission.admitted ? admission : { ...admission, endsAll: true };
}

/** Whom a connection admits, as its settings say. */
export function policyOf(connection: SignInConnection): AdmissionPolicy {
  const roles: readonly MemberRole[] = connection.organization === null ? PLATFORM_ROLES : ORGANIZATION_ROLES;
  const known = (written: string | null): MemberRole | null => roles.find((role) => role === written) ?? null;
  return {
    roles,
    required: connection.requiredClaims,
    rules: connection.roleRules.flatMap(({ claim, value, role: written }) => {
      const role = known(written);
      return role === null ? [] : [{ claim, value, role }];
    }),
    defaultRole: known(connection.defaultRole),
    isStrict: connection.organization === null,
    jit: connection.jit,
    isIssuerShared: connection.isIssuerShared || (connection.issuer !== null && isPublicIssuer(connection.issuer)),
  };
}

/** Null for a role that this version does not know: the rules decide anew. */
function knownAs({ role: written, roleFrom, state }: Member, { roles }: AdmissionPolicy): KnownMember | null {
  const role = roles.find((one) => one === written);
  return role === undefined ? null : { role, roleFrom, state };
}

/** What people are shown by: a label, never a key. */
export function shownAs(
  { attributeMap }: SignInConnection,
  { claims, subject }: Pick<Proof, 'claims' | 'subject'>,
): { name: string; email: string | null } {
  const email = textAt(claims, attributeMap.email ?? 'email');
  const name = textAt(claims, attributeMap.name ?? 'name') ?? textAt(claims, 'preferred_username');
  return { name: name ?? email ?? subject.slice(0, MOST_CHARACTERS), email };
}

function textAt(claims: Claims, path: string): string | null {
  const value = claimAt(claims, path);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MOST_CHARACTERS) : null;
}
