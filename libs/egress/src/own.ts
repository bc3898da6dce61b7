import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { isSameAddress } from './address.js';

/** Where one of our own services listens: an address, a name, or `0.0.0.0` and `::` for all of this host. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a connection is about to go: a checked address. */
export interface Destination {
  readonly address: string;
  readonly port: number;
  readonly loopback: boolean;
}

/** Whether a connection would reach a service of ours: a listener, Postgres, Redis, a proxy, the Kubernetes API. */
export async function isOwnEndpoint(destination: Destination, own: readonly Endpoint[]): Promise<boolean> {
  const candidates = own.filter(({ port }) => port === destination.port);
  // Whatever name a service on loopback goes by, its port is enough.
  if (destination.loopback) return candidates.length > 0;
  for (const { host } of candidates) {
    const addresses = await addressesOf(host);
    if (addresses.some((address) => isSameAddress(address, destination.address))) return true;
  }
  return false;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (!ipaddr.isValid(host)) return resolveOwn(host);
  if (ipaddr.parse(host).range() !== 'unspecified') return [host];
  return Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
}

/** A service of ours without a name that resolves cannot be reached by that name either. */
async function resolveOwn(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
