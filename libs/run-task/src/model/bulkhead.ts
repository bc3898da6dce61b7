/** How many requests may be under way at once. */
export interface BulkheadLimits {
  readonly total: number;
  readonly perOrigin: number;
  readonly perOrganization: number;
}

/** Where a request goes, and for whom. */
interface Place {
  readonly organizationId: string;
  readonly origin: string;
}

/**
 * Counts requests under way, so that a slow host, or an organization with many of them, cannot take every place. An
 * organization with a thousand hosts has no more places than one with a single host.
 */
export class Bulkhead {
  readonly #origins = new Map<string, number>();
  readonly #organizations = new Map<string, number>();
  #total = 0;

  constructor(private readonly limits: BulkheadLimits) {}

  /** Takes a place; the answer gives it back, once. Null when there is none. */
  enter({ organizationId, origin }: Place): (() => void) | null {
    const { total, perOrigin, perOrganization } = this.limits;
    if (this.#total >= total) return null;
    if (count(this.#origins, origin) >= perOrigin) return null;
    if (count(this.#organizations, organizationId) >= perOrganization) return null;
    this.#add(organizationId, origin, 1);
    let isInside = true;
    return () => {
      if (isInside) this.#add(organizationId, origin, -1);
      isInside = false;
    };
  }

  /** Who has no place left. */
  full(): { readonly organizationIds: readonly string[]; readonly origins: readonly string[] } {
    const { perOrigin, perOrganization } = this.limits;
    return {
      organizationIds: atLeast(this.#organizations, perOrganization),
      origins: atLeast(this.#origins, perOrigin),
    };
  }

  #add(organizationId: string, origin: string, n: 1 | -1): void {
    this.#total += n;
    change(this.#organizations, organizationId, n);
    change(this.#origins, origin, n);
  }
}

function count(counts: ReadonlyMap<string, number>, key: string): number {
  return counts.get(key) ?? 0;
}

function change(counts: Map<string, number>, key: string, n: number): void {
  const next = count(counts, key) + n;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

function atLeast(counts: ReadonlyMap<string, number>, limit: number): readonly string[] {
  return [...counts].flatMap(([key, n]) => (n >= limit ? [key] : []));
}
