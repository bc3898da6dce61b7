import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { judgeAddress, type AddressRules } from './address.js';
import { trustedAuthorities, type AddedAuthorities } from './authorities.js';
import { EgressError } from './errors.js';
import { toEgressError } from './failure.js';
import { isOwnEndpoint, type Endpoint } from './own.js';
import { proxyFor, type Proxy } from './proxy.js';
import type { OriginGrant } from './request.js';
import { openTunnel } from './tunnel.js';
import type { EgressUrl } from './url.js';

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Looks a name up; every address it has. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** What all connections have in common. */
export interface ConnectorOptions {
  readonly resolve: Resolve | undefined;
  /** Authorities that count for every origin besides the built-in ones. */
  readonly added: AddedAuthorities;
  readonly ownEndpoints: () => readonly Endpoint[];
  readonly proxy: Proxy | null;
  /** Origins whose names the operator vouches for: where we cannot resolve them, the proxy may. */
  readonly namedOrigins: readonly string[];
}

/** Where connections lead to, and by which rules. */
export interface Way {
  readonly url: EgressUrl;
  readonly grant: OriginGrant;
  readonly rules: AddressRules;
}

/** Opens one connection; what fails is an `EgressError` or Node's own error. */
export type Connect = buildConnector.connector;

const CONNECT_TIMEOUT_MS = 10_000;
/** Time for one address of a name before the next is tried beside it; Node's 250 ms gives up on slow networks. */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/** Makes what opens the connections of one way, each to addresses that were judged for it. */
export function connector(way: Way, options: ConnectorOptions): Connect {
  const { url, grant } = way;
  const authorities = trustedAuthorities(options.added, {
    pem: grant.caBundle ?? '',
    name: `The authority granted for ${url.hostname}`,
  });
  const open = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    rejectUnauthorized: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    ...(authorities.length === 0 ? {} : { ca: [...authorities] }),
    lookup: asLookup(() => judgedAddresses(way, options)),
  });
  const proxy = proxyFor(url, options.proxy);
  if (proxy !== null) return throughProxy(open, { way, options, proxy });
  // Node looks no literal address up, so that is judged before.
  return isIP(url.hostname) === 0 ? open : after(() => judgedAddresses(way, options), open);
}

interface ProxiedWay {
  readonly way: Way;
  readonly options: ConnectorOptions;
  readonly proxy: Proxy;
}

/** The name is resolved and judged here, CONNECT names the judged address, and the certificate is still the host's. */
function throughProxy(open: Connect, { way, options, proxy }: ProxiedWay): Connect {
  const { url } = way;
  const authorities = trustedAuthorities(options.added);
  return (target, done) => {
    const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    hostsForProxy(way, options)
      .then((hosts) => openTunnel({ hosts, port: url.port, named: url.hostname }, { proxy, authorities, signal }))
      .then((httpSocket) => {
        open({ ...target, httpSocket }, done);
      }, refuse(done));
  };
}

async function hostsForProxy(way: Way, options: ConnectorOptions): Promise<readonly string[]> {
  const { hostname, origin } = way.url;
  try {
    const addresses = await judgedAddresses(way, options);
    return addresses.map(({ address }) => address);
  } catch (error) {
    const failure = toEgressError(error, { host: hostname, sent: false });
    if (failure.code !== 'dns') throw failure;
    if (options.namedOrigins.includes(origin)) return [hostname];
    throw new EgressError(
      'dns',
      `the name ${hostname} cannot be resolved here, and names that only the proxy knows are called for RUNGATE_TERRAFORM_ORIGINS alone: let this host resolve it`,
      { cause: error },
    );
  }
}

async function judgedAddresses(way: Way, options: ConnectorOptions): Promise<readonly ResolvedAddress[]> {
  const { hostname } = way.url;
  const family = isIP(hostname);
  const addresses: readonly ResolvedAddress[] =
    family === 0
      ? await (options.resolve ?? resolveBySystem)(hostname)
      : [{ address: hostname, family: family === 4 ? 4 : 6 }];
  await judgeAll(addresses, way, options);
  return addresses;
}

async function resolveBySystem(hostname: string): Promise<readonly ResolvedAddress[]> {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

/** One bad address condemns the name: whoever mixes them in is not to be trusted with the others. */
async function judgeAll(
  addresses: readonly ResolvedAddress[],
  { url, rules }: Way,
  { ownEndpoints, proxy }: ConnectorOptions,
): Promise<void> {
  if (addresses.length === 0) throw new EgressError('dns', `the name ${url.hostname} has no address`);
  const own = proxy === null ? ownEndpoints() : [...ownEndpoints(), proxy];
  for (const { address } of addresses) {
    const verdict = judgeAddress(address, rules);
    if (!verdict.allowed) {
      throw new EgressError('forbidden', `${url.hostname} leads to an address that is ${verdict.reason}`);
    }
    if (await isOwnEndpoint({ address, port: url.port, loopback: verdict.loopback }, own)) {
      throw new EgressError('forbidden', `${url.hostname}:${url.port} is one of Rungate's own services`);
    }
  }
}

function after(ready: () => Promise<unknown>, open: Connect): Connect {
  return (target, done) => {
    ready().then(() => {
      open(target, done);
    }, refuse(done));
  };
}

function refuse(done: buildConnector.Callback): (error: unknown) => void {
  return (error) => {
    done(error instanceof Error ? error : new Error(String(error)), null);
  };
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
