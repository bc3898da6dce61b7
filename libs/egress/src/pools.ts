import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, Pool } from 'undici';
import { judgeAddress, type AddressRules } from './address.js';
import { trustedAuthorities, type AddedAuthorities } from './authorities.js';
import { EgressError } from './errors.js';
import { isOwnEndpoint, type Endpoint } from './own.js';
import type { OriginGrant } from './request.js';
import type { EgressUrl } from './url.js';

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Looks a name up; every address it has. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** What all pools have in common. */
export interface PoolsOptions {
  readonly resolve: Resolve | undefined;
  /** Authorities that count for every origin besides the built-in ones. */
  readonly added: AddedAuthorities;
  readonly ownEndpoints: () => readonly Endpoint[];
}

/** Whose connection it is, where to, and by which rules: connections are shared no further. */
export interface PoolKey {
  readonly organizationId: string;
  readonly url: EgressUrl;
  readonly grant: OriginGrant;
  readonly rules: AddressRules;
}

interface Entry {
  readonly pool: Pool;
  inUse: number;
  idle: NodeJS.Timeout | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16_384;
/** Time for one address of a name before the next is tried beside it; Node's 250 ms gives up on slow networks. */
const NEXT_ADDRESS_AFTER_MS = 2_000;
/** A pool without requests is closed after this time: there may be a pool for each of many organizations. */
const IDLE_POOL_MS = 30_000;

/** Connections of organizations, never shared between two; every one leads to an address that was judged. */
export class Pools {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: PoolsOptions) {}

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

/** Opens connections for one pool. Node resolves no literal address, so that is judged before; names are judged in the lookup. */
function connector({ url, grant, rules }: PoolKey, options: PoolsOptions): buildConnector.connector {
  const authorities = trustedAuthorities(options.added, {
    pem: grant.caBundle ?? '',
    name: `The authority granted for ${url.hostname}`,
  });
  const judge = (addresses: readonly ResolvedAddress[]) => judgeAll({ url, rules, addresses, options });
  const resolveAndJudge = async () => {
    const addresses = await (options.resolve ?? resolveBySystem)(url.hostname);
    await judge(addresses);
    return addresses;
  };
  const open = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    rejectUnauthorized: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    ...(authorities.length === 0 ? {} : { ca: [...authorities] }),
    lookup: asLookup(resolveAndJudge),
  });
  const family = isIP(url.hostname);
  if (family === 0) return open;
  return (target, done) => {
    judge([{ address: url.hostname, family: family === 4 ? 4 : 6 }]).then(
      () => {
        open(target, done);
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error(String(error)), null);
      },
    );
  };
}

async function resolveBySystem(hostname: string): Promise<readonly ResolvedAddress[]> {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

interface Judgement {
  readonly url: EgressUrl;
  readonly rules: AddressRules;
  readonly addresses: readonly ResolvedAddress[];
  readonly options: PoolsOptions;
}

/** One bad address condemns the name: whoever mixes them in is not to be trusted with the others. */
async function judgeAll({ url, rules, addresses, options }: Judgement): Promise<void> {
  if (addresses.length === 0) throw new EgressError('dns', `the name ${url.hostname} has no address`);
  for (const { address } of addresses) {
    const verdict = judgeAddress(address, rules);
    if (!verdict.allowed) {
      throw new EgressError('forbidden', `${url.hostname} leads to an address that is ${verdict.reason}`);
    }
    if (await isOwnEndpoint({ address, port: url.port, loopback: verdict.loopback }, options.ownEndpoints())) {
      throw new EgressError('forbidden', `${url.hostname}:${url.port} is one of Rungate's own services`);
    }
  }
}

/** As `net.connect` wants it: all addresses, or the first. */
function asLookup(resolve: () => Promise<readonly ResolvedAddress[]>): LookupFunction {
  return (_hostname, { all }, done) => {
    resolve().then(
      (addresses) => {
        if (all === true) done(null, [...addresses]);
        else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error(String(error)), []);
      },
    );
  };
}
