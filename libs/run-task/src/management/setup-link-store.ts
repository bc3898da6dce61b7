import type { Actor } from './actor.js';

/** A link that lets whoever opens it set one draft up, as it is made. */
export interface NewSetupLink {
  readonly organizationId: string;
  /** A draft of that organization. */
  readonly connectionId: string;
  /** Of what follows the # of the link. */
  readonly hash: Uint8Array;
  /** How long it may be opened. */
  readonly seconds: number;
  readonly by: Actor;
}

/** Somebody who opened such a link: he may set up this draft, and nothing else. */
export interface SetupVisit {
  readonly organization: { readonly id: string; readonly slug: string; readonly displayName: string };
  readonly connectionId: string;
  /** Of the link: tells visitors apart in the audit trail. */
  readonly linkId: string;
  readonly madeBy: string;
  readonly endsAt: Date;
}

/** Links by which a customer's own people set up their sign-in. */
export interface SetupLinkStore {
  /** Earlier ones for the same connection no longer work, and whoever is in by one is out. */
  make(link: NewSetupLink): Promise<{ readonly id: string; readonly expiresAt: Date }>;
  /** Uses the link up; `cookie` is the hash of what the browser holds from now on. False: there is none. */
  open(link: Uint8Array, cookie: Uint8Array, seconds: number): Promise<boolean>;
  /** Null when it is over: too late, ended, or the connection is no draft any more. */
  find(cookie: Uint8Array): Promise<SetupVisit | null>;
  end(cookie: Uint8Array): Promise<void>;
}
