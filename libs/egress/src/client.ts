import type { Dispatcher } from 'undici';
import { parseRanges } from './address.js';
import { decoded, limited } from './body.js';
import { trustedAuthorities } from './authorities.js';
import { EgressError } from './errors.js';
import { Exchange, type Head } from './exchange.js';
import type { Endpoint } from './own.js';
import { Pools, type Resolve } from './pools.js';
import { isOnOrigin, type EgressUrl } from './url.js';

/** What is decided once for all connections of a process. */
export interface EgressOptions {
  /** Allows `http:` and Terraforms on loopback. */
  readonly development: boolean;
  /** CIDRs of private addresses that may be reached (RUNGATE_EGRESS_CIDRS). */
  readonly grantedRanges: readonly string[];
  /** Asked before each connection: listeners may not be known when this is made. */
  readonly ownEndpoints: () => readonly Endpoint[];
  /** PEM text with certificates of authorities to trust besides the built-in ones (RUNGATE_CA_BUNDLE_FILE). */
  readonly caBundle?: string | undefined;
  /** Instead of the system's resolver. */
  readonly resolve?: Resolve | undefined;
}

/** Whom a request is for, which decides what it may reach. */
export interface Purpose {
  /** A Terraform and the hosts that its downloads are redirected to, as the operator registered them. */
  readonly kind: 'terraform';
  readonly origins: readonly string[];
}

/** Limits of one request, milliseconds and bytes. */
export interface RequestLimits {
  /** From the call to the last byte of the answer. */
  readonly totalMs: number;
  /** Without a byte. */
  readonly idleMs: number;
  /** Of the answer, decoded. */
  readonly bodyBytes: number;
}

/** One request to a host outside. */
export interface EgressRequest {
  readonly organizationId: string;
  readonly purpose: Purpose;
  readonly method: 'GET' | 'PATCH';
  readonly url: EgressUrl;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly limits: RequestLimits;
  readonly signal: AbortSignal;
}

/** An answer whose body is still to come: read it to its end, or `discard` it. */
export interface EgressAnswer {
  readonly status: number;
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | null;
  /** Decoded; to be read once. Throws `EgressError`. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection unless the answer is complete. */
  discard(): void;
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
  const granted = parseRanges(options.grantedRanges);
  const pools = new Pools({
    resolve: options.resolve,
    authorities: trustedAuthorities(options.caBundle ?? ''),
    ownEndpoints: options.ownEndpoints,
  });
  return {
    development: options.development,
    request: (request) => send(request, { pools, granted, development: options.development }),
    close: () => pools.close(),
  };
}

interface Surroundings {
  readonly pools: Pools;
  readonly granted: ReturnType<typeof parseRanges>;
  readonly development: boolean;
}

async function send(request: EgressRequest, { pools, granted, development }: Surroundings): Promise<EgressAnswer> {
  const { url, limits, signal } = request;
  refuseOrigin(request, development);
  const { pool, release } = pools.take({
    organizationId: request.organizationId,
    url,
    rules: { granted, loopback: development },
  });
  const exchange = new Exchange(url.hostname, () => {
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
function refuseOrigin({ url, purpose }: EgressRequest, development: boolean): void {
  if (url.protocol === 'http:' && !development) {
    throw new EgressError('forbidden', `${url.hostname} may not be called without TLS`);
  }
  if (!isOnOrigin(url, purpose.origins)) {
    throw new EgressError('forbidden', `${url.hostname} is not on an origin that the run task may call`);
  }
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
