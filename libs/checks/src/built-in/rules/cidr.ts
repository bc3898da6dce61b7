import ipaddr from 'ipaddr.js';

/** A range of addresses; one address is a range of its own. */
export interface Cidr {
  readonly kind: 'ipv4' | 'ipv6';
  /** Bits of the first address, as a number. */
  readonly first: bigint;
  readonly prefix: number;
}

const WIDTH = { ipv4: 32, ipv6: 128 } as const;
const MAPPED_PREFIX = 96;
const MAPPED = 0xffffn;

/** Reads `10.0.0.0/8`, `::/0` or an address; null for anything else, also for forms that only some programs accept. */
export function readCidr(text: string): Cidr | null {
  const [address = '', length, ...more] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === null || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const kind = parsed.kind();
  const prefix = length === undefined ? WIDTH[kind] : Number(length);
  return prefix > WIDTH[kind] ? null : unmapped({ kind, first: toBits(parsed), prefix });
}

/** Whether all of `inner` lies in `outer`. */
export function isWithin(inner: Cidr, outer: Cidr): boolean {
  if (inner.kind !== outer.kind || inner.prefix < outer.prefix) return false;
  const rest = BigInt(WIDTH[outer.kind] - outer.prefix);
  return inner.first >> rest === outer.first >> rest;
}

function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  return ipaddr.IPv6.isValid(address) && !address.includes('%') ? ipaddr.IPv6.parse(address) : null;
}

/** An IPv4 range that is written as IPv6 (`::ffff:10.0.0.0/104`) is the IPv4 range. */
function unmapped(cidr: Cidr): Cidr {
  const isMapped = cidr.kind === 'ipv6' && cidr.prefix >= MAPPED_PREFIX && cidr.first >> 32n === MAPPED;
  if (!isMapped) return cidr;
  return { kind: 'ipv4', first: BigInt.asUintN(WIDTH.ipv4, cidr.first), prefix: cidr.prefix - MAPPED_PREFIX };
}

function toBits(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}
