import type {
  Actor,
  ConnectionChange,
  ConnectionTest,
  DesiredSettings,
  ManagedConnection,
  ManagedConnectionStore,
  MetadataToRead,
  NewSetupLink,
  SetupLinkStore,
  SetupVisit,
} from '../src/index.js';
import { LIMITS } from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';

type Kept = ManagedConnection & { readonly organizationId: string | null };

/** Connections in a map. */
export class InMemoryManagedConnectionStore implements ManagedConnectionStore {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ManagedConnection[]> {
    const found = this.#of(organizationId).filter(({ id }) => after === null || id < after);
    return Promise.resolve(found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit));
  }

  find(organizationId: string | null, id: string): Promise<ManagedConnection | null> {
    return Promise.resolve(this.#one(organizationId, id));
  }

  create(
    organizationId: string | null,
    { settings, clientSecret = null }: DesiredSettings,
  ): Promise<ManagedConnection | 'over_limit'> {
    const counted = this.#of(organizationId).filter(({ status }) => status !== 'disabled');
    if (counted.length >= LIMITS.connections) return Promise.resolve('over_limit');
    return Promise.resolve(
      this.#keep({
        ...settings,
        id: this.ids.next(),
        organizationId,
        status: 'draft',
        development: false,
        hasClientSecret: clientSecret !== null,
        test: null,
        testedAt: null,
        activatedAt: null,
        offered: null,
        createdAt: this.clock.now(),
        revision: 1,
      }),
    );
  }

  change(
    organizationId: string | null,
    id: string,
    { settings, clientSecret }: DesiredSettings,
    { expected }: ConnectionChange,
  ): Promise<ManagedConnection | 'not_found' | 'stale'> {
    const found = this.#one(organizationId, id);
    if (found === null) return Promise.resolve('not_found');
    if (expected.revision !== undefined && expected.revision !== found.revision) return Promise.resolve('stale');
    const secret = clientSecret === undefined ? {} : { hasClientSecret: clientSecret !== null };
    return Promise.resolve(
      this.#keep({ ...found, ...settings, ...secret, testedAt: null, revision: found.revision + 1 }),
    );
  }

  activate(organizationId: string | null, id: string, revision: number): Promise<ManagedConnection | 'stale'> {
    const found = this.#one(organizationId, id);
    if (found?.revision !== revision || found.testedAt === null) return Promise.resolve('stale');
    const activatedAt = this.clock.now();
    return Promise.resolve(this.#keep({ ...found, status: 'active', activatedAt, revision: revision + 1 }));
  }

  disable(organizationId: string | null, id: string): Promise<ManagedConnection | 'not_found'> {
    const found = this.#one(organizationId, id);
    if (found === null) return Promise.resolve('not_found');
    return Promise.resolve(this.#keep({ ...found, status: 'disabled', revision: found.revision + 1 }));
  }

  takeDueMetadata(): Promise<readonly MetadataToRead[]> {
    return Promise.resolve([]);
  }

  offerCertificates(): Promise<void> {
    return Promise.resolve();
  }

  certificatesInUse(): Promise<readonly (readonly string[])[]> {
    const inUse = [...this.#kept.values()].filter(({ type, status }) => type === 'saml' && status === 'active');
    return Promise.resolve(inUse.map(({ certificates }) => certificates));
  }

  noteTest(
    organizationId: string | null,
    { id, revision, test }: { readonly id: string; readonly revision: number; readonly test: ConnectionTest },
  ): Promise<boolean> {
    const found = this.#one(organizationId, id);
    if (found?.revision !== revision) return Promise.resolve(false);
    this.#keep({ ...found, test, testedAt: test.passed ? test.at : null });
    return Promise.resolve(true);
  }

  #of(organizationId: string | null): Kept[] {
    return [...this.#kept.values()].filter((kept) => kept.organizationId === organizationId);
  }

  #one(organizationId: string | null, id: string): Kept | null {
    return this.#of(organizationId).find((kept) => kept.id === id) ?? null;
  }

  #keep(connection: Kept): Kept {
    this.#kept.set(connection.id, connection);
    return connection;
  }
}

/** Links that are made, and that nobody opens: who does is known in Postgres alone. */
export class InMemorySetupLinkStore implements SetupLinkStore {
  readonly made: { readonly link: NewSetupLink; readonly by: Actor }[] = [];

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  make(link: NewSetupLink): Promise<{ readonly id: string; readonly expiresAt: Date }> {
    this.made.push({ link, by: link.by });
    const expiresAt = new Date(this.clock.now().getTime() + link.seconds * 1_000);
    return Promise.resolve({ id: this.ids.next(), expiresAt });
  }

  open(): Promise<boolean> {
    return Promise.resolve(false);
  }

  find(): Promise<SetupVisit | null> {
    return Promise.resolve(null);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
