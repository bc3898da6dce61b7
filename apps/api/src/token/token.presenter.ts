import { ORGANIZATION_ROLES, PLATFORM_ROLES } from '@rungate/access';
import type { PlatformTokenBody, TokenBody } from '@rungate/contract';
import type { ApiToken } from '@rungate/run-task';

/** A token of an organization as the contract shows it: never itself. */
export function presentToken(token: ApiToken): TokenBody {
  return { ...shown(token), role: known(ORGANIZATION_ROLES, token.role) };
}

/** A token of the platform as the contract shows it. */
export function presentPlatformToken(token: ApiToken): PlatformTokenBody {
  return { ...shown(token), role: known(PLATFORM_ROLES, token.role), managedBy: token.managedBy };
}

function shown({
  id,
  name,
  lastFour,
  createdBy,
  createdAt,
  expiresAt,
  lastUsedAt,
  lastUsedFrom,
}: ApiToken): Omit<TokenBody, 'role'> {
  return {
    id,
    name,
    lastFour,
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    lastUsedFrom,
  };
}

function known<T extends string>(roles: readonly T[], role: string): T {
  const found = roles.find((candidate) => candidate === role);
  if (found === undefined) throw new Error(`The role ${role} is not known here.`);
  return found;
}
