import type { Actor, Expected, PutAnswer } from './actor.js';
import type { OriginRecord } from '../model/origin.js';

/** An origin that one organization asked for, or was granted. */
export interface StoredOrigin extends OriginRecord {
  /** Who asked for it first. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Who approved or refused it last; null while nobody did. */
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Raised by every change. */
  readonly revision: number;
}

/** The desired state of one origin of an organization, and who asks. */
export interface PutOrigin {
  readonly organizationId: string;
  readonly desired: OriginRecord;
  readonly expected: Expected;
  readonly by: Actor;
  readonly dryRun: boolean;
}

/** What a PUT of an origin did, or why it did nothing. */
export type PutOriginAnswer =
  | (PutAnswer<StoredOrigin> & { readonly rejected?: undefined })
  /** `over_limit`: the organization has as many origins as it may. */
  | { readonly rejected: 'over_limit' | 'stale' };

/** The management API's view of what organizations may reach. */
export interface OriginStore {
  put(desired: PutOrigin): Promise<PutOriginAnswer>;
  find(organizationId: string, origin: string): Promise<StoredOrigin | null>;
  /** In order of origin. */
  list(organizationId: string, limit: number, after: string | null): Promise<readonly StoredOrigin[]>;
}
