import { Pool } from 'undici';
import { connector, type ConnectorOptions, type Way } from './connector.js';

/** Whose connection it is, where to, and by which rules: connections are shared no further. */
export interface PoolKey extends Way {
  readonly organizationId: string;
}

interface Entry {
  readonly pool: Pool;
  inUse: number;
  idle: NodeJS.Timeout | undefined;
}

const MAX_HEADER_BYTES = 16_384;
/** A pool without requests is closed after this time: there may be a pool for each of many organizations. */
const IDLE_POOL_MS = 30_000;

/** Connections of organizations, never shared between two; every one leads to an address that was judged. */
export class Pools {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: ConnectorOptions) {}

  /** The pool of this organization for this origin; each `take` is followed by one call of `release`. */
  take(key: PoolKey): { readonly pool: Pool; readonly release: () => void } {
    const { organizationId, url, grant, rules } = key;
    // Whatever is granted or withdrawn takes effect with the next request: it finds no connection of before.
    const name = JSON.stringify([organizationId, url.origin, grant.privateRanges, grant.caBundle, rules.loopback]);
    const entry = this.#entries.get(name) ?? this.#open(name, key);
    clearTimeout(entry.idle);
    entry.inUse += 1;
    const release = () => {
      entry.inUse -= 1;
      if (entry.inUse === 0) this.#closeWhenIdle(name, entry);
    };
    return { pool: entry.pool, release };
  }

  /** Ends every connection at once; requests that are under way fail as `aborted`. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { idle } of entries) clearTimeout(idle);
    await Promise.all(entries.map(({ pool }) => pool.destroy()));
  }

  #open(name: string, key: PoolKey): Entry {
    const pool = new Pool(key.url.origin, {
      connect: connector(key, this.options),
      maxHeaderSize: MAX_HEADER_BYTES,
      pipelining: 1,
    });
    const entry = { pool, inUse: 0, idle: undefined };
    this.#entries.set(name, entry);
    return entry;
  }

  #closeWhenIdle(name: string, entry: Entry): void {
    entry.idle = setTimeout(() => {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
      void entry.pool.destroy();
    }, IDLE_POOL_MS).unref();
  }
}
