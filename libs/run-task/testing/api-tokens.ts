import { LIMITS, type ApiToken, type ApiTokenStore, type NewApiToken, type TokenHolder } from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';

const DAY_MS = 86_400_000;

/** API tokens in a map, by their hash. */
export class InMemoryApiTokenStore implements ApiTokenStore {
  readonly #byHash = new Map<string, ApiToken>();

  constructor(
    private readonly slugOf: (organizationId: string) => string,
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  findHolder(hash: Uint8Array): Promise<TokenHolder | null> {
    const found = this.#byHash.get(hex(hash));
    if (found === undefined || found.expiresAt <= this.clock.now()) return Promise.resolve(null);
    const { id, name, role, managedBy, organizationId } = found;
    const organization = organizationId === null ? null : { id: organizationId, slug: this.slugOf(organizationId) };
    return Promise.resolve({ id, name, role, managedBy, organization });
  }

  create({ hash, by, expiresInDays, ...token }: NewApiToken): Promise<ApiToken | 'over_limit'> {
    if (this.#of(token.organizationId).length >= LIMITS.apiTokens) return Promise.resolve('over_limit');
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + expiresInDays * DAY_MS);
    const made = {
      id: this.ids.next(),
      createdBy: by.name,
      createdAt: now,
      expiresAt,
      lastUsedAt: null,
      lastUsedFrom: null,
    };
    const created = { ...token, ...made };
    this.#byHash.set(hex(hash), created);
    return Promise.resolve(created);
  }

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ApiToken[]> {
    const found = this.#of(organizationId).filter(({ id }) => after === null || id < after);
    return Promise.resolve(found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit));
  }

  revoke(organizationId: string | null, id: string): Promise<boolean> {
    const found = [...this.#byHash].find(([, token]) => token.id === id && token.organizationId === organizationId);
    return Promise.resolve(found !== undefined && this.#byHash.delete(found[0]));
  }

  #of(organizationId: string | null): ApiToken[] {
    return [...this.#byHash.values()].filter((token) => token.organizationId === organizationId);
  }
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
