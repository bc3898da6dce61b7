import type { Actor } from './actor.js';

/** Whose session it is. */
export interface SessionHolder {
  readonly identityId: string;
  readonly connectionId: string;
  /** Signed in by a one-time link. */
  readonly isByLink: boolean;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: string;
  /** Null: of the platform. */
  readonly organization: { readonly id: string; readonly slug: string } | null;
}

/** The organization that a session of the platform views: it may do no more than one of its viewers. */
export interface SessionView {
  readonly id: string;
  readonly organization: { readonly id: string; readonly slug: string };
  readonly endsAt: Date;
  readonly reason: string;
}

/** A session that lasts. */
export interface FoundSession {
  readonly id: string;
  readonly holder: SessionHolder;
  /** Unless there is a request before. */
  readonly idleEndsAt: Date;
  readonly endsAt: Date;
  /** When its holder last proved to the provider who he is. */
  readonly steppedUpAt: Date | null;
  /** Null: it is its holder's own. */
  readonly view: SessionView | null;
}

/** A session that is about to begin. */
export interface NewSession {
  readonly organizationId: string | null;
  readonly identityId: string;
  /** Of what the cookie holds. */
  readonly hash: Uint8Array;
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
  readonly steppedUpAt: Date | null;
  /** The provider's name of its own session. */
  readonly providerSession: string | null;
  /** Shown to the provider at its own logout. */
  readonly idToken: string | null;
  readonly userAgent: string | null;
  readonly by: Actor;
  /** Of a break-glass link: why it was made. */
  readonly reason?: string | null;
}

/** A session as people may see it. */
export interface ShownSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly endsAt: Date;
  readonly userAgent: string | null;
  readonly address: string | null;
}

/** A session that its holder ended. */
export interface EndedSession {
  readonly id: string;
  readonly identityId: string;
  readonly connectionId: string;
  readonly idToken: string | null;
}

/** Sessions of people; null for an organization's id is the platform. */
export interface SessionStore {
  open(session: NewSession): Promise<void>;
  /** Null when none lasts with this hash. `isActive`: counts against the idle limit. */
  find(hash: Uint8Array, isActive: boolean): Promise<FoundSession | null>;
  /** By its own holder, from this address. */
  end(hash: Uint8Array, address: string | null): Promise<EndedSession | null>;
  /** Those of a person, of one session at the provider, or both; how many ended. */
  endOfProvider(connectionId: string, which: { subject: string | null; session: string | null }): Promise<number>;
  /** Ends those of the development provider. */
  endDevelopment(): Promise<number>;
  /** Those of one person that last, newest first. */
  list(organizationId: string | null, identityId: string): Promise<readonly ShownSession[]>;
  /** False when that person has no such session. */
  revoke(organizationId: string | null, session: { id: string; identityId: string }, by: Actor): Promise<boolean>;
  /** Signs one person out everywhere, or everybody of the plane. */
  revokeAll(organizationId: string | null, identityId: string | null, by: Actor): Promise<number>;
}
