import type { Actor, Change, Expected, PutAnswer, Scope } from './actor.js';

/** What a PUT of an organization sets: the whole desired state, defaults filled in. */
export interface OrganizationSettings {
  readonly displayName: string;
  readonly tags: readonly string[];
  /** Share of the platform against other organizations, 1–100. */
  readonly weight: number;
  /** Task results evaluated at once; null: no limit of its own. */
  readonly maxInFlight: number | null;
  readonly retentionDays: number;
  readonly inputRetentionDays: number;
}

/** A stored organization. */
export interface Organization extends OrganizationSettings {
  readonly id: string;
  readonly slug: string;
  readonly state: 'active' | 'suspended';
  readonly createdAt: Date;
  /** The partner that made it; null: the platform's own people. */
  readonly managedBy: string | null;
  /** Raised by every change of settings or state. */
  readonly revision: number;
  /** When everything of it is removed, unless it is resumed before; null: never. */
  readonly purgeAt: Date | null;
  /** Whether it lets the platform's people see its pages as its viewers do. */
  readonly viewsAllowed: boolean;
  /** Null: what it sends is taken up as it comes. */
  readonly intakePause: IntakePause | null;
}

/** That what an organization sends is accepted and stored, and not taken up. */
export interface IntakePause {
  readonly at: Date;
  /** Name of who paused it. */
  readonly by: string;
  readonly reason: string;
}

/** Which organizations a list asks for. */
export interface OrganizationPage {
  readonly limit: number;
  /** Slug of the last organization of the page before. */
  readonly after: string | null;
  /** Substring of slug or display name. */
  readonly q: string | null;
  readonly tag: string | null;
}

/** The desired state of one organization, and who asks. */
export interface PutOrganization {
  readonly slug: string;
  readonly settings: OrganizationSettings;
  /** A partner changes only what is its own; what it makes becomes its own. */
  readonly scope: Scope;
  readonly expected: Expected;
  /** Asked before anything is written: throws what the change is refused with. */
  readonly allow: (change: Change<OrganizationSettings>) => void;
  readonly by: Actor;
  readonly dryRun: boolean;
}

/** What a PUT of an organization did, or why it did nothing. */
export type PutOrganizationAnswer =
  | (PutAnswer<Organization> & { readonly rejected?: undefined })
  /** Another partner's, or nobody's any more: not told apart. `stale`: another revision is stored. */
  | { readonly rejected: 'slug_taken' | 'stale' };

/** Who has an organization deleted, and when it is purged. */
export interface DeleteOrganization {
  readonly by: Actor;
  /** Days until nothing of it is left, 1 or more. */
  readonly graceDays: number;
}

/** The management API's view of organizations. */
export interface OrganizationStore {
  put(desired: PutOrganization): Promise<PutOrganizationAnswer>;
  find(scope: Scope, slug: string): Promise<Organization | null>;
  /** In order of slug. */
  list(scope: Scope, page: OrganizationPage): Promise<readonly Organization[]>;
  suspend(organization: Organization, by: Actor): Promise<Organization>;
  /** Suspends it, and has it purged after a grace time; a purge date that it has already stays. */
  delete(organization: Organization, asked: DeleteOrganization): Promise<Organization>;
  /** Also takes a purge date away. */
  resume(organization: Organization, by: Actor): Promise<Organization>;
  /** What is being judged goes on, and deadlines hold; a pause that there is stays. */
  pauseIntake(
    organization: Organization,
    asked: { readonly reason: string; readonly by: Actor },
  ): Promise<Organization>;
  /** What waits is taken up at once. */
  resumeIntake(organization: Organization, by: Actor): Promise<Organization>;
}
