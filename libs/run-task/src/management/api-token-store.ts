import type { Actor } from './actor.js';

/** An API token as people may see it. */
export interface ApiToken {
  readonly id: string;
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: string;
  readonly managedBy: string | null;
  /** Last four characters, to tell tokens apart. */
  readonly lastFour: string;
  /** Name of who made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastUsedFrom: string | null;
}

/** What a new API token is made of: its hash, never itself. */
export interface NewApiToken {
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: string;
  readonly managedBy: string | null;
  readonly hash: Uint8Array;
  readonly lastFour: string;
  readonly expiresInDays: number;
  readonly by: Actor;
}

/** Whose token it is that was shown. */
export interface TokenHolder {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly managedBy: string | null;
  /** Null: of the platform. */
  readonly organization: { readonly id: string; readonly slug: string } | null;
}

/** API tokens of the platform or of one organization; `organizationId` null is the platform. */
export interface ApiTokenStore {
  /** Null when no valid token has this hash; notes the use. */
  findHolder(hash: Uint8Array, address: string | null): Promise<TokenHolder | null>;
  /** `over_limit` when there are as many as there may be. */
  create(token: NewApiToken): Promise<ApiToken | 'over_limit'>;
  /** Those that are valid, newest first. */
  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ApiToken[]>;
  /** False when there is none. */
  revoke(organizationId: string | null, id: string, by: Actor): Promise<boolean>;
}
