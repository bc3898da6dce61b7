import { isGuest, matchesClaim, type ClaimMatch, type Claims } from './claims.js';
import type { OrganizationRole, PlatformRole } from './roles.js';

/** A role that people can be given. */
export type MemberRole = PlatformRole | OrganizationRole;

/** Gives a role to those whose claims say so. */
export interface RoleRule extends ClaimMatch {
  readonly role: MemberRole;
}

/** Whom a connection admits, and as what. */
export interface AdmissionPolicy {
  /** Roles of the connection's plane: a rule that names another gives nothing. */
  readonly roles: readonly MemberRole[];
  /** All of these must hold. */
  readonly required: readonly ClaimMatch[];
  /** The first that matches counts. */
  readonly rules: readonly RoleRule[];
  /** Of whom no rule matches; null: nobody is admitted without one. */
  readonly defaultRole: MemberRole | null;
  /** Whether a role that a person gave counts no longer when no rule matches and there is no default role. */
  readonly isStrict: boolean;
  /** Whether people who were never here become members by signing in. */
  readonly jit: boolean;
  /** The provider serves others as well: without a required claim the whole world could sign in. */
  readonly isIssuerShared: boolean;
}

/** Who a role comes from. */
export type RoleOrigin = 'rule' | 'default' | 'person';

/** Somebody who has been here. */
export interface KnownMember {
  readonly role: MemberRole;
  readonly roleFrom: RoleOrigin;
  readonly state: 'active' | 'blocked';
}

/** Why somebody may not come in although the provider knows him. */
export type AdmissionRefusal =
  /** An administrator said so. */
  | 'blocked'
  /** A required claim is missing or other. */
  | 'required_claim'
  /** A provider of many tenants, and nothing that binds to this one. */
  | 'shared_issuer'
  /** Of another tenant of the provider. */
  | 'guest'
  /** New, and nobody becomes a member by signing in. */
  | 'not_a_member'
  /** No rule gives a role. */
  | 'no_role';

/** Whether somebody is let in, and as what. */
export type Admission =
  | { readonly admitted: true; readonly role: MemberRole; readonly roleFrom: RoleOrigin }
  | { readonly admitted: false; readonly why: AdmissionRefusal };

/** Decides anew at each sign-in; `known` is null for whoever was never here. */
export function admit(policy: AdmissionPolicy, claims: Claims, known: KnownMember | null): Admission {
  if (known?.state === 'blocked') return refused('blocked');
  if (!policy.required.every((match) => matchesClaim(claims, match))) return refused('required_claim');
  if (known === null) {
    const why = strangerRefusal(policy, claims);
    if (why !== null) return refused(why);
  }
  return roleOf(policy, claims, known);
}

function roleOf(policy: AdmissionPolicy, claims: Claims, known: KnownMember | null): Admission {
  const rule = policy.rules.find((one) => policy.roles.includes(one.role) && matchesClaim(claims, one));
  if (rule !== undefined) return { admitted: true, role: rule.role, roleFrom: 'rule' };
  const { defaultRole, isStrict } = policy;
  const keepsRole = known?.roleFrom === 'person' && !(isStrict && defaultRole === null);
  if (keepsRole) return { admitted: true, role: known.role, roleFrom: 'person' };
  return defaultRole !== null && policy.roles.includes(defaultRole)
    ? { admitted: true, role: defaultRole, roleFrom: 'default' }
    : refused('no_role');
}

function strangerRefusal(policy: AdmissionPolicy, claims: Claims): AdmissionRefusal | null {
  if (!policy.jit) return 'not_a_member';
  if (policy.isIssuerShared && policy.required.length === 0) return 'shared_issuer';
  return isGuest(claims) ? 'guest' : null;
}

function refused(why: AdmissionRefusal): Admission {
  return { admitted: false, why };
}
