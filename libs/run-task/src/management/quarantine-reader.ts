import type { Quarantine } from '../model/quarantine.js';
import type { Actor } from './actor.js';

/** A quarantine that counts now, as people see it. */
export interface ShownQuarantine extends Quarantine {
  /** Name of the run task of the check; null for a plugin's version, whoever uses it. */
  readonly runTask: string | null;
}

/** What people see and lift: the quarantines of one organization, or, without one, those for everybody. */
export interface QuarantineReader {
  /** Up to `limit` that are neither over nor lifted, by id, after that of the last one before. */
  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ShownQuarantine[]>;
  /** Ends one at once, and notes who did; false when there is none. */
  lift(organizationId: string | null, id: string, by: Actor): Promise<boolean>;
}
