import { ORGANIZATION_ROLES, PLATFORM_ROLES } from '@rungate/access';
import type { MemberBody, PlatformMemberBody, SessionBody } from '@rungate/contract';
import type { Member, ShownSession } from '@rungate/run-task';

/** A person of an organization as the contract shows it. */
export function presentMember(member: Member): MemberBody {
  return { ...shown(member), role: known(ORGANIZATION_ROLES, member.role) };
}

/** A person of the platform as the contract shows it. */
export function presentPlatformMember(member: Member): PlatformMemberBody {
  return { ...shown(member), role: known(PLATFORM_ROLES, member.role) };
}

/** A session as the contract shows it, to whoever has the session `own`. */
export function presentSession(session: ShownSession, own: string): SessionBody {
  const { id, createdAt, seenAt, endsAt, userAgent, address } = session;
  return {
    id,
    isThis: id === own,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    endsAt: endsAt.toISOString(),
    userAgent,
    address,
  };
}

function shown(member: Member): Omit<MemberBody, 'role'> {
  const { id, connectionId, subject, name, email, roleFrom, state, createdAt, signedInAt } = member;
  const times = { createdAt: createdAt.toISOString(), signedInAt: signedInAt.toISOString() };
  return { id, connectionId, subject, name, email, roleFrom, state, ...times };
}

function known<T extends string>(roles: readonly T[], role: string): T {
  const found = roles.find((candidate) => candidate === role);
  if (found === undefined) throw new Error(`The role ${role} is not known here.`);
  return found;
}
