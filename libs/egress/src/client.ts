import type { Dispatcher } from 'undici';
import { parseRanges, type Range } from './address.js';
import { decoded, limited } from './body.js';
import { trustedAuthorities } from './authorities.js';
import { EgressError } from './errors.js';
import { Exchange, type Head } from './exchange.js';
import type { Endpoint } from './own.js';
import type { Resolve } from './connector.js';
import { Pools } from './pools.js';
import type { Proxy } from './proxy.js';
import type { EgressAnswer, EgressRequest, OriginGrant } from './request.js';
import { isOnOrigin } from './url.js';

/** What is decided once for all connections of a process. */
export interface EgressOptions {
  /** Allows `http:` and Terraforms on loopback. */
  readonly development: boolean;
  /** CIDRs that bound what an organization can be granted (RUNGATE_EGRESS_CIDRS); they grant nothing by themselves. */
  readonly grantableRanges: readonly string[];
  /** Asked before each connection: listeners may not be known when this is made. */
  readonly ownEndpoints: () => readonly Endpoint[];
  /** PEM text with certificates of authorities to trust besides the built-in ones (RUNGATE_CA_BUNDLE_FILE). */
  readonly caBundle?: string | undefined;
  /** What https connections go through; null or nothing for the direct way. */
  readonly proxy?: Proxy | null | undefined;
  /** Origins whose names the operator vouches for (RUNGATE_TERRAFORM_ORIGINS): the proxy may resolve what we cannot. */
  readonly namedOrigins?: readonly string[] | undefined;
  /** Instead of the system's resolver. */
  readonly resolve?: Resolve | undefined;
}

/** The only way out: every connection of the platform but those to its own Postgres and queue. */
export interface Egress {
  readonly development: boolean;
  /**
   * Sends one request and resolves with the start of its answer, whatever its status. Follows no redirect, keeps no cookie.
   * @throws EgressError for every failure.
   */
  request(request: EgressRequest): Promise<EgressAnswer>;
  /** Ends every connection; requests that are under way fail as `aborted`. */
  close(): Promise<void>;
}

/**
 * The one way out of Rungate.
 * @throws EgressError `bad_options` for a range or a certificate that cannot be read.
 */
export function createEgress(options: EgressOptions): Egress {
  const { development, resolve, ownEndpoints, proxy = null, namedOrigins = [] } = options;
  const bounds = parseRanges(options.grantableRanges);
  const added = { pem: options.caBundle ?? '', name: 'RUNGATE_CA_BUNDLE_FILE' };
  // Read now: a bundle that cannot be read is told at the start.
  trustedAuthorities(added);
  const pools = new Pools({ resolve, added, ownEndpoints, proxy, namedOrigins });
  return {
    development,
    request: (request) => send(request, { pools, bounds, development }),
    close: () => pools.close(),
  };
}

interface Surroundings {
  readonly pools: Pools;
  readonly bounds: readonly Range[];
  readonly development: boolean;
}

async function send(request: EgressRequest, { pools, bounds, development }: Surroundings): Promise<EgressAnswer> {
  const { url, limits, signal } = request;
  const grant = requireGrant(request, development);
  const { pool, release } = pools.take({
    organizationId: request.organizationId,
    url,
    grant,
    rules: { granted: parseRanges(grant.privateRanges), bounds, loopback: development },
  });
  const exchange = new Exchange(url.hostname, performance.now() + limits.totalMs, () => {
    clearTimeout(total);
    signal.removeEventListener('abort', stop);
    release();
  });
  const stop = () => {
    exchange.fail(new EgressError('aborted', `the request to ${url.hostname} was stopped`));
  };
  // undici's own timers start again with every byte.
  const total = setTimeout(() => {
    exchange.fail(new EgressError('timeout', `${url.hostname} did not answer in full within ${limits.totalMs} ms`));
  }, limits.totalMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  else pool.dispatch(toDispatch(request), exchange);
  return toAnswer(await exchange.head, request);
}

/** The pin is checked here once more, whoever calls. */
function requireGrant({ url, purpose }: EgressRequest, development: boolean): OriginGrant {
  if (url.protocol === 'http:' && !development) {
    throw new EgressError('forbidden', `${url.hostname} may not be called without TLS`);
  }
  const grant = purpose.origins.find(({ origin }) => isOnOrigin(url, [origin]));
  if (grant !== undefined) return grant;
  throw new EgressError('forbidden', `${url.hostname} is not on an origin that the run task may call`);
}

function toDispatch({ method, url, headers, body, limits }: EgressRequest): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { 'user-agent': 'Rungate', ...headers, 'accept-encoding': 'identity' },
    body: body ?? null,
    headersTimeout: limits.idleMs,
    bodyTimeout: limits.idleMs,
  };
}

function toAnswer({ status, headers, body }: Head, { url, limits }: EgressRequest): EgressAnswer {
  const header = (name: string) => {
    const value = headers[name];
    return (typeof value === 'string' ? value : value?.[0]) ?? null;
  };
  const source = decoded(body, header('content-encoding'), url.hostname);
  return {
    status,
    header,
    body: limited(source, { bytes: limits.bodyBytes, host: url.hostname }),
    discard: () => {
      source.destroy();
    },
  };
}
