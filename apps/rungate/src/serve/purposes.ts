import type { Role } from '@rungate/config';
import type { Purpose } from '@rungate/postgres';

/** What each role seals and opens. To seal a grant takes only its organization's public key, which is no purpose. */
const PURPOSES: Readonly<Record<Role, readonly Purpose[]>> = {
  // Opens HMAC keys, to verify with them.
  ingress: ['hmac'],
  // Opens grants, to fetch plans and to call back; chains the audit trail.
  worker: ['grant', 'audit'],
  // Seals HMAC keys, and tells whether one is in use; opens what it shows to identity providers.
  api: ['hmac', 'fingerprint', 'sso'],
};

/** The keys that a process with these roles holds, and no other. */
export function purposesOf(roles: readonly Role[]): readonly Purpose[] {
  return [...new Set(roles.flatMap((role) => PURPOSES[role]))];
}
