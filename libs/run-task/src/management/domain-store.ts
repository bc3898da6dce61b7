import type { Actor } from './actor.js';

/** An e-mail domain that an organization says is its own. */
export interface OrganizationDomain {
  readonly id: string;
  readonly domain: string;
  /** What a TXT record of the domain must say. */
  readonly challenge: string;
  /** `operator`: an owner of the platform said so, where no DNS could be asked. Null: nobody proved it. */
  readonly verifiedBy: 'dns' | 'operator' | null;
  readonly verifiedAt: Date | null;
  /** When DNS answered last. */
  readonly checkedAt: Date | null;
  /** Since when the record of a proved domain is there no longer; it counts for some days without. */
  readonly missingSince: Date | null;
  readonly createdAt: Date;
}

/** What DNS said of a domain's record. */
export type DomainProof = 'found' | 'missing' | 'unreachable';

/** A domain as an organization claims it. */
export interface DomainClaim {
  readonly domain: string;
  /** Counts when the domain is new to the organization. */
  readonly challenge: string;
}

/** A proved domain whose record is to be looked at again. */
export interface DomainToLookAt {
  readonly organizationId: string;
  readonly id: string;
  readonly domain: string;
  readonly challenge: string;
}

/** The e-mail domains of organizations. One that was proved is of one organization alone. */
export interface DomainStore {
  /** By name. */
  list(organizationId: string, limit: number, after: string | null): Promise<readonly OrganizationDomain[]>;
  find(organizationId: string, id: string): Promise<OrganizationDomain | null>;
  /** One that the organization has is answered as it is, as old. */
  claim(
    organizationId: string,
    claim: DomainClaim,
    by: Actor,
  ): Promise<{ readonly isNew: boolean; readonly domain: OrganizationDomain } | 'over_limit'>;
  /** A record that is found for a domain of somebody else counts as one that is not. */
  noteProof(organizationId: string, id: string, proof: DomainProof, by: Actor): Promise<OrganizationDomain | null>;
  /** `taken`: another organization's. */
  assert(
    organizationId: string,
    id: string,
    { reason, by }: { readonly reason: string; readonly by: Actor },
  ): Promise<OrganizationDomain | 'taken' | null>;
  /** False when there is none. */
  remove(organizationId: string, id: string, by: Actor): Promise<boolean>;
  /** Some whose time has come, for the caller alone for an hour. */
  takeDue(atMost: number): Promise<readonly DomainToLookAt[]>;
}
