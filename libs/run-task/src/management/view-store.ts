import type { Actor } from './actor.js';
import type { Organization } from './organization-store.js';
import type { SessionView } from './session-store.js';

/** How long somebody of the platform views an organization, milliseconds. */
export const VIEW_MS = 30 * 60_000;

/** That somebody of the platform viewed an organization, as the organization sees it. */
export interface View {
  readonly id: string;
  readonly viewer: { readonly name: string; readonly role: string };
  readonly reason: string;
  readonly startedAt: Date;
  /** At the latest. */
  readonly endsAt: Date;
  /** Before that; null when nobody ended it. */
  readonly endedAt: Date | null;
}

/** Which session is to view an organization, and why. */
export interface NewView {
  readonly organization: Pick<Organization, 'id' | 'slug'>;
  readonly sessionId: string;
  readonly reason: string;
  readonly by: Actor;
}

/** Who of the platform sees an organization's pages as its viewers do: that is written down as it begins. */
export interface ViewStore {
  /** `not_allowed`: the organization does not want it. */
  begin(view: NewView): Promise<View | 'not_allowed'>;
  end(view: SessionView, by: Actor): Promise<void>;
  /** Newest first. */
  list(organizationId: string, limit: number, after: string | null): Promise<readonly View[]>;
  /** What is no longer allowed ends. */
  allow(organization: Organization, allowed: boolean, by: Actor): Promise<Organization>;
}
