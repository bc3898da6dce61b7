import type { DomainClaim, DomainProof, DomainStore, DomainToLookAt, OrganizationDomain } from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';

type Kept = OrganizationDomain & { readonly organizationId: string };

/** Domains in a map; nobody looks at them again. */
export class InMemoryDomainStore implements DomainStore {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  list(organizationId: string, limit: number, after: string | null): Promise<readonly OrganizationDomain[]> {
    const found = this.#of(organizationId).filter(({ domain }) => after === null || domain > after);
    return Promise.resolve(found.sort((a, b) => (a.domain < b.domain ? -1 : 1)).slice(0, limit));
  }

  find(organizationId: string, id: string): Promise<OrganizationDomain | null> {
    return Promise.resolve(this.#one(organizationId, id));
  }

  claim(
    organizationId: string,
    { domain, challenge }: DomainClaim,
  ): Promise<{ readonly isNew: boolean; readonly domain: OrganizationDomain } | 'over_limit'> {
    const known = this.#of(organizationId).find((kept) => kept.domain === domain);
    if (known !== undefined) return Promise.resolve({ isNew: false, domain: known });
    const unproved = { verifiedBy: null, verifiedAt: null, checkedAt: null, missingSince: null } as const;
    const claimed = {
      id: this.ids.next(),
      organizationId,
      domain,
      challenge,
      ...unproved,
      createdAt: this.clock.now(),
    };
    return Promise.resolve({ isNew: true, domain: this.#keep(claimed) });
  }

  noteProof(organizationId: string, id: string, proof: DomainProof): Promise<OrganizationDomain | null> {
    const found = this.#one(organizationId, id);
    if (found === null || proof === 'unreachable') return Promise.resolve(found);
    const checkedAt = this.clock.now();
    const isMine = proof === 'found' && !this.#isTaken(found);
    return Promise.resolve(
      this.#keep({ ...found, checkedAt, ...(isMine ? { verifiedBy: 'dns', verifiedAt: checkedAt } : {}) }),
    );
  }

  assert(organizationId: string, id: string): Promise<OrganizationDomain | 'taken' | null> {
    const found = this.#one(organizationId, id);
    if (found === null) return Promise.resolve(null);
    if (this.#isTaken(found)) return Promise.resolve('taken');
    return Promise.resolve(this.#keep({ ...found, verifiedBy: 'operator', verifiedAt: this.clock.now() }));
  }

  remove(organizationId: string, id: string): Promise<boolean> {
    const found = this.#one(organizationId, id);
    return Promise.resolve(found !== null && this.#kept.delete(found.id));
  }

  takeDue(): Promise<readonly DomainToLookAt[]> {
    return Promise.resolve([]);
  }

  #isTaken({ domain, organizationId }: Kept): boolean {
    return [...this.#kept.values()].some(
      (kept) => kept.domain === domain && kept.organizationId !== organizationId && kept.verifiedBy !== null,
    );
  }

  #of(organizationId: string): Kept[] {
    return [...this.#kept.values()].filter((kept) => kept.organizationId === organizationId);
  }

  #one(organizationId: string, id: string): Kept | null {
    return this.#of(organizationId).find((kept) => kept.id === id) ?? null;
  }

  #keep(domain: Kept): Kept {
    this.#kept.set(domain.id, domain);
    return domain;
  }
}
