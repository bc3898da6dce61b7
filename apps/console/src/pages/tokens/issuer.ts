import type { Page, TokenBody } from '@rungate/contract';

/** A token without itself, with a role of one kind. */
export interface ShownToken<Role extends string> extends Omit<TokenBody, 'role'> {
  readonly role: Role;
  /** The partner that it is bound to; of an organization's token always absent. */
  readonly managedBy?: string | null;
}

/** What a new token shall be. */
export interface WantedToken<Role extends string> {
  readonly name: string;
  readonly role: Role;
  readonly expiresInDays: number;
  /** Empty: bound to no partner. */
  readonly managedBy: string;
}

/** Who gives tokens: an organization, or the platform. */
export interface Issuer<Role extends string> {
  readonly key: readonly unknown[];
  /** The least first. */
  readonly roles: readonly [Role, ...Role[]];
  readonly isEditable: boolean;
  /** Whether tokens can be bound to a partner. */
  readonly hasPartners: boolean;
  readonly read: (cursor: string | undefined) => Promise<Page<ShownToken<Role>>>;
  readonly create: (wanted: WantedToken<Role>) => Promise<{ readonly name: string; readonly token: string }>;
  readonly revoke: (id: string) => Promise<unknown>;
}
