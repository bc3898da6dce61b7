import type { Actor } from './actor.js';
import type { SignInConnection } from './sign-in-store.js';

/** A connection as it is to be. */
export interface DesiredConnection extends Omit<
  SignInConnection,
  'organization' | 'isIssuerShared' | 'revision' | 'type'
> {
  readonly type: 'oidc' | 'saml';
  readonly organizationId: string | null;
}

/** A link that works once, as it is made. */
export interface NewLink {
  readonly hash: Uint8Array;
  readonly purpose: 'first-owner' | 'break-glass';
  readonly role: string;
  readonly reason: string | null;
  readonly seconds: number;
  readonly by: Actor;
}

/** Connections and links, as those who manage them write them. */
export interface ConnectionStore {
  /** Makes it, or brings it to what it is to be. */
  save(desired: DesiredConnection, by: Actor): Promise<void>;
  /** Of the platform; earlier ones of its purpose no longer work. */
  makeLink(link: NewLink): Promise<void>;
  /** Whether an owner signed in through a provider of production. */
  hasOwner(): Promise<boolean>;
}
