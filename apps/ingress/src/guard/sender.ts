import ipaddr from 'ipaddr.js';
import type { Sender } from './budgets.js';

/** No hook's id is longer: what is stands for all that cannot be one. */
const LONGEST_HOOK_ID = 64;
/** 16-bit parts of an IPv6 address that stand for one sender, who has all of what follows. */
const NETWORK_PARTS = 4;

/** Who sent a request: one IPv4 address, or a /64 of IPv6; the address as trusted proxies name it. */
export function senderOf(address: string, hookId: string): Sender {
  return { address: networkOf(address), hookId: hookId.length > LONGEST_HOOK_ID ? 'too long' : hookId };
}

function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!('parts' in parsed)) return parsed.toString();
  return parsed.parts
    .slice(0, NETWORK_PARTS)
    .map((part) => part.toString(16))
    .join(':');
}
