import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LIMITS, type Actor, type DomainProof, type OrganizationDomain } from '@rungate/run-task';
import { ApiError, invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { isPublicMailDomain } from './public-mail.js';

/** One domain of an organization. */
export interface NamedDomain {
  readonly organizationId: string;
  readonly id: string;
}

/** The record that proves a domain. */
export interface ProvingRecord {
  readonly name: string;
  readonly value: string;
}

const CHALLENGE_BYTES = 16;
/** Looks at proofs again. */
const KEEPER: Actor = { kind: 'system', id: null, name: 'keeper', role: 'system', address: null };

/** Claims domains and looks for what proves them. */
@Injectable()
export class Domains {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `invalid`, `too_many` */
  async claim(
    organizationId: string,
    domain: string,
    by: Actor,
  ): Promise<{ readonly isNew: boolean; readonly domain: OrganizationDomain }> {
    if (isPublicMailDomain(domain)) {
      const detail = 'Is of a public mail provider, where anybody has addresses. Name a domain of your own.';
      throw invalid([{ pointer: '/domain', detail }]);
    }
    const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
    const claimed = await this.options.domains.claim(organizationId, { domain, challenge }, by);
    if (claimed !== 'over_limit') return claimed;
    throw new ApiError('too_many', `There are ${LIMITS.domains} domains, as many as there may be. Remove one first.`);
  }

  /** @throws ApiError `not_found` */
  async check(
    { organizationId, id }: NamedDomain,
    by: Actor,
  ): Promise<{ readonly proof: DomainProof; readonly domain: OrganizationDomain }> {
    const { domains } = this.options;
    const stored = await domains.find(organizationId, id);
    if (stored === null) throw notFound('domain');
    const proof = await this.#look(stored);
    const domain = await domains.noteProof(organizationId, id, proof, by);
    if (domain === null) throw notFound('domain');
    // Nobody is told that the domain is of somebody else: his record counts as none.
    const counts = proof !== 'found' || domain.verifiedBy === 'dns';
    return { proof: counts ? proof : 'missing', domain };
  }

  /** @throws ApiError `not_found`, `conflict` */
  async assert({ organizationId, id }: NamedDomain, reason: string, by: Actor): Promise<OrganizationDomain> {
    const asserted = await this.options.domains.assert(organizationId, id, { reason, by });
    if (asserted === null) throw notFound('domain');
    if (asserted !== 'taken') return asserted;
    throw new ApiError('conflict', 'Another organization has proved this domain. Remove it there first.');
  }

  /** Looks at some proofs again whose time has come; how many. */
  async checkDue(atMost: number): Promise<number> {
    const due = await this.options.domains.takeDue(atMost);
    for (const { organizationId, id, domain, challenge } of due) {
      const proof = await this.#look({ domain, challenge });
      const after = await this.options.domains.noteProof(organizationId, id, proof, KEEPER);
      if (after?.verifiedBy === null) this.options.log.warn('domain_lost', { organizationId, domain });
    }
    return due.length;
  }

  async #look(claimed: Pick<OrganizationDomain, 'domain' | 'challenge'>): Promise<DomainProof> {
    const { name, value } = provingRecord(claimed);
    const texts = await this.options.textRecords.of(name);
    if (texts === 'unreachable') return 'unreachable';
    return texts.some((text) => text.trim() === value) ? 'found' : 'missing';
  }
}

/** What the DNS of a domain must say. */
export function provingRecord({ domain, challenge }: Pick<OrganizationDomain, 'domain' | 'challenge'>): ProvingRecord {
  return { name: `_rungate-challenge.${domain}`, value: `rungate-domain=${challenge}` };
}
