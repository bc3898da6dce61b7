import ipaddr from 'ipaddr.js';
import type { EgressUrl } from './url.js';

/** The proxy that https connections go through (HTTPS_PROXY). */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** Whether the proxy itself is spoken to over TLS. */
  readonly tls: boolean;
  /** `user:password`; null where the proxy wants none. */
  readonly credentials: string | null;
  /** Whom to reach without it, each entry as NO_PROXY has it. */
  readonly exempt: readonly string[];
}

/**
 * The proxy for a URL, or null for the direct way. An entry of `exempt` is `*`, a host name that also stands for the
 * names below it (with or without a dot or `*.` before it), an address or a CIDR for literal addresses; each but a CIDR
 * may end in a port. Plain http, which development alone knows, never goes through a proxy.
 */
export function proxyFor(url: EgressUrl, proxy: Proxy | null): Proxy | null {
  if (proxy === null || url.protocol === 'http:') return null;
  return proxy.exempt.some((entry) => covers(entry.toLowerCase(), url)) ? null : proxy;
}

function covers(entry: string, url: EgressUrl): boolean {
  if (entry === '*') return true;
  if (ipaddr.isValidCIDR(entry)) return isWithin(url.hostname, entry);
  const { host, port } = withPort(entry);
  if (port !== null && port !== url.port) return false;
  if (ipaddr.isValid(host)) return isWithin(url.hostname, `${host}/${ipaddr.parse(host).kind() === 'ipv4' ? 32 : 128}`);
  const name = host.replace(/^\*?\./, '');
  return name !== '' && (url.hostname === name || url.hostname.endsWith(`.${name}`));
}

/** `host`, `host:port`, `[ipv6]:port` or a bare IPv6 address. */
function withPort(entry: string): { readonly host: string; readonly port: number | null } {
  if (ipaddr.isValid(entry)) return { host: entry, port: null };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bracketed ?? plain ?? '', port: port === undefined ? null : Number(port) };
}

function isWithin(hostname: string, cidr: string): boolean {
  if (!ipaddr.isValid(hostname)) return false;
  const [network, bits] = ipaddr.parseCIDR(cidr);
  const address = ipaddr.process(hostname);
  return address.kind() === network.kind() && address.match(network, bits);
}
