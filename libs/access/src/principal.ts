import type { Permission } from './permission.js';
import { PERMITTED, type OrganizationRole, type PlatformRole, type Role } from './roles.js';

/** Who asks. */
export type Principal =
  /** Whoever holds the bootstrap token. */
  | { readonly kind: 'bootstrap'; readonly role: 'bootstrap' }
  /** A token over all organizations, or over those that its partner made. */
  | {
      readonly kind: 'platform';
      readonly tokenId: string;
      readonly name: string;
      readonly role: PlatformRole;
      /** The partner whose organizations it sees; null: all of them. */
      readonly managedBy: string | null;
    }
  /** A token of one organization. */
  | {
      readonly kind: 'organization';
      readonly tokenId: string;
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
