import type { DomainBody, DomainCheckBody } from '@rungate/contract';
import type { DomainProof, OrganizationDomain } from '@rungate/run-task';
import { provingRecord } from './domains.js';

const STATES = { dns: 'proved', operator: 'asserted' } as const;
const SAYS: Readonly<Record<DomainProof, string>> = {
  found: 'The record is there: the domain is proved.',
  missing:
    'The record is not there. DNS may take hours to tell everybody; check that its name and value are to the letter.',
  unreachable: 'DNS did not answer. Look at the name servers of the domain, or try again later.',
};

/** A domain as the contract shows it. */
export function presentDomain(stored: OrganizationDomain): DomainBody {
  const { id, domain, verifiedBy, verifiedAt, checkedAt, missingSince, createdAt } = stored;
  return {
    id,
    domain,
    state: verifiedBy === null ? 'unproved' : STATES[verifiedBy],
    record: { type: 'TXT', ...provingRecord(stored) },
    provedAt: verifiedAt?.toISOString() ?? null,
    checkedAt: checkedAt?.toISOString() ?? null,
    missingSince: missingSince?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

/** What came of looking at a record as the contract shows it. */
export function presentDomainCheck(checked: {
  readonly proof: DomainProof;
  readonly domain: OrganizationDomain;
}): DomainCheckBody {
  const { proof, domain } = checked;
  return { found: proof === 'found', says: SAYS[proof], domain: presentDomain(domain) };
}
