/**
 * Every outbound connection: which URL may be called, which address may be reached, how long and how much.
 *
 * **origin**: scheme, host and port, pinned by the operator. **grant**: what one organization may reach and trust at one
 * origin. **granted range**: private addresses that the origin may lead to. **own endpoint**: a service of ours, never
 * reached from here. **purpose**: whom a request is for.
 */
export { EgressError, type EgressErrorCode } from './errors.js';
export { parseUrl, parseOrigin, isOnOrigin, type EgressUrl, type UrlRules, type ParsedUrl } from './url.js';
export { createEgress, type Egress, type EgressOptions } from './client.js';
export {
  type EgressAnswer,
  type EgressRequest,
  type OriginGrant,
  type Purpose,
  type RequestLimits,
} from './request.js';
export { isRangeWithin } from './address.js';
export { trustedAuthorities, type AddedAuthorities } from './authorities.js';
export { type Endpoint } from './own.js';
export { type Proxy } from './proxy.js';
export { type Resolve, type ResolvedAddress } from './connector.js';
export { dnsTextRecords, type TextRecords, type TextRecordOptions } from './text-records.js';
