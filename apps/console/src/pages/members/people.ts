import type { MemberBody, Page } from '@rungate/contract';

/** Roles in one organization, from the least to the most. */
export const ORGANIZATION_ROLES = ['viewer', 'editor', 'admin'] as const;
/** Roles over all organizations, from the least to the most. */
export const PLATFORM_ROLES = ['auditor', 'support', 'onboarder', 'operator', 'owner'] as const;

/** Somebody who signed in, with a role of one kind. */
export interface Person<Role extends string> extends Omit<MemberBody, 'role'> {
  readonly role: Role;
}

/** The people of an organization, or of the platform, and what can be done about them. */
export interface People<Role extends string> {
  readonly key: readonly unknown[];
  readonly roles: readonly Role[];
  readonly isEditable: boolean;
  readonly read: (cursor: string | undefined) => Promise<Page<Person<Role>>>;
  readonly change: (id: string, to: Pick<Person<Role>, 'role' | 'state'>) => Promise<unknown>;
  readonly signOut: (id: string) => Promise<unknown>;
  readonly signAllOut: () => Promise<unknown>;
}
