import type { Permission } from './permission.js';
import { PERMITTED, type OrganizationRole, type PlatformRole, type Role } from './roles.js';

/** What a principal showed. */
export type Credential =
  | { readonly kind: 'token'; readonly id: string }
  /** Of a person who signed in. */
  | { readonly kind: 'session'; readonly id: string; readonly identityId: string };

/** Who asks. */
export type Principal =
  /** Whoever holds the bootstrap token. */
  | { readonly kind: 'bootstrap'; readonly role: 'bootstrap' }
  /** Of the platform: over all organizations, or over those that its partner made. */
  | {
      readonly kind: 'platform';
      readonly credential: Credential;
      readonly name: string;
      readonly role: PlatformRole;
      /** The partner whose organizations it sees; null: all of them. */
      readonly managedBy: string | null;
    }
  /** Of one organization. */
  | {
      readonly kind: 'organization';
      readonly credential: Credential;
      readonly name: string;
      readonly role: OrganizationRole;
      readonly organizationId: string;
      /** Its slug. */
      readonly organization: string;
    };

/** Whether a principal may do a thing; which organization it may do it to is the guard's to say. */
export function permits(principal: { readonly role: Role }, permission: Permission): boolean {
  return PERMITTED[principal.role].has(permission);
}
