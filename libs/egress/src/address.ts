import ipaddr from 'ipaddr.js';
import { EgressError } from './errors.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A parsed CIDR. */
export type Range = readonly [Address, number];

/** Which addresses may be reached besides public ones. */
export interface AddressRules {
  /** Private ranges that were granted to this organization at this origin; they lift no other refusal. */
  readonly granted: readonly Range[];
  /** Where granted ranges count (RUNGATE_EGRESS_CIDRS). */
  readonly bounds: readonly Range[];
  /** Development only, and only for a Terraform: loopback may be reached. */
  readonly loopback: boolean;
}

/** Whether an address may be reached. */
export type AddressVerdict =
  | { readonly allowed: true; readonly loopback: boolean }
  /** `reason` completes "an address that is …". */
  | { readonly allowed: false; readonly reason: string };

/** Where clouds answer with credentials. IPv4 link-local, where most of them live, is refused as a whole below. */
const METADATA = [
  'fd00:ec2::/32', // AWS: fd00:ec2::254, pod identity fd00:ec2::23
  'fd20:ce::254/128', // Google Cloud
  'fd00:42::42/128', // Scaleway
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure WireServer
  '192.0.0.192/32', // Oracle Cloud
].map(parseCidr);

const GLOBAL_UNICAST = parseCidr('2000::/3');

/** Judges one address as DNS or a URL gave it, in any spelling. Addresses that carry another one are judged by that. */
export function judgeAddress(text: string, rules: AddressRules): AddressVerdict {
  if (!ipaddr.isValid(text)) return refuse('not an IP address');
  return judgeParsed(ipaddr.parse(text), rules);
}

/**
 * Reads the CIDRs that an operator granted.
 * @throws EgressError `bad_options` for what is no CIDR.
 */
export function parseRanges(cidrs: readonly string[]): readonly Range[] {
  return cidrs.map((cidr) => {
    if (ipaddr.isValidCIDR(cidr)) return parseCidr(cidr);
    throw new EgressError('bad_options', `"${cidr}" is no address range; write one like 10.20.0.0/16.`);
  });
}

/** Whether a CIDR lies wholly within one of the bounds. */
export function isRangeWithin(cidr: string, bounds: readonly string[]): boolean {
  if (!ipaddr.isValidCIDR(cidr)) return false;
  const [network, bits] = parseCidr(cidr);
  return parseRanges(bounds).some((bound) => bits >= bound[1] && isIn(network, [bound]));
}

/** Whether two spellings mean the same address. */
export function isSameAddress(one: string, other: string): boolean {
  return (
    ipaddr.isValid(one) && ipaddr.isValid(other) && ipaddr.process(one).toString() === ipaddr.process(other).toString()
  );
}

function judgeParsed(address: Address, rules: AddressRules): AddressVerdict {
  if (isIPv4(address)) return judgeIPv4(address, rules);
  if (address.zoneId !== undefined) return refuse('bound to a zone');
  const carried = carriedAddresses(address);
  if (carried.length === 0) return judgeIPv6(address, rules);
  const verdicts = carried.map((inner) => judgeIPv4(inner, rules));
  return verdicts.find((verdict) => !verdict.allowed) ?? verdicts[0] ?? refuse('reserved');
}

function judgeIPv4(address: ipaddr.IPv4, rules: AddressRules): AddressVerdict {
  if (isIn(address, METADATA)) return refuse('a metadata service');
  const range = address.range();
  switch (range) {
    case 'unicast':
      return { allowed: true, loopback: false };
    case 'private':
    case 'carrierGradeNat':
      return judgePrivate(address, rules);
    case 'loopback':
      return judgeLoopback(rules);
    default:
      return refuse(spoken(range));
  }
}

function judgeIPv6(address: ipaddr.IPv6, rules: AddressRules): AddressVerdict {
  if (isIn(address, METADATA)) return refuse('a metadata service');
  const range = address.range();
  switch (range) {
    case 'unicast':
      // ipaddr.js calls unicast whatever it has no name for.
      return isIn(address, [GLOBAL_UNICAST]) ? { allowed: true, loopback: false } : refuse('reserved');
    case 'uniqueLocal':
      return judgePrivate(address, rules);
    case 'loopback':
      return judgeLoopback(rules);
    default:
      return refuse(spoken(range));
  }
}

function judgePrivate(address: Address, { granted, bounds }: AddressRules): AddressVerdict {
  if (!isIn(address, granted)) return refuse('private and in no range that was granted for this origin');
  return isIn(address, bounds)
    ? { allowed: true, loopback: false }
    : refuse('private and outside of what can be granted (RUNGATE_EGRESS_CIDRS)');
}

function judgeLoopback({ loopback }: AddressRules): AddressVerdict {
  return loopback ? { allowed: true, loopback: true } : refuse('loopback');
}

/** IPv4 addresses inside an IPv6 address: mapped, translated (RFC 6052, 7915), 6to4, both of Teredo. */
function carriedAddresses(address: ipaddr.IPv6): readonly ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const at = (start: number, mask = 0) => new ipaddr.IPv4(bytes.slice(start, start + 4).map((byte) => byte ^ mask));
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
      return [at(12)];
    case 'rfc6052':
      // Only the well-known prefix has its IPv4 address at a known place; 64:ff9b:1::/48 is refused as reserved.
      return isIn(address, [WELL_KNOWN_NAT64]) ? [at(12)] : [];
    case '6to4':
      return [at(2)];
    case 'teredo':
      return [at(4), at(12, 0xff)];
    default:
      return isIn(address, [COMPATIBLE]) && !isIn(address, UNSPECIFIED_AND_LOOPBACK) ? [at(12)] : [];
  }
}

const WELL_KNOWN_NAT64 = parseCidr('64:ff9b::/96');
const COMPATIBLE = parseCidr('::/96');
const UNSPECIFIED_AND_LOOPBACK = [parseCidr('::/127')];

function parseCidr(cidr: string): Range {
  return ipaddr.parseCIDR(cidr);
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
}

function isIPv4(address: Address): address is ipaddr.IPv4 {
  return address.kind() === 'ipv4';
}

/** `linkLocal` → `link-local`. */
function spoken(range: string): string {
  return range.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function refuse(reason: string): AddressVerdict {
  return { allowed: false, reason };
}
