/**
 * Every outbound connection: which URL may be called, which address may be reached, how long and how much.
 *
 * **origin**: scheme, host and port, pinned by the operator. **granted range**: private addresses that may be reached.
 * **own endpoint**: a service of ours, never reached from here. **purpose**: whom a request is for.
 */
export { EgressError, type EgressErrorCode } from './errors.js';
export { parseUrl, parseOrigin, isOnOrigin, type EgressUrl, type UrlRules, type ParsedUrl } from './url.js';
export {
  createEgress,
  type Egress,
  type EgressOptions,
  type EgressRequest,
  type EgressAnswer,
  type Purpose,
  type RequestLimits,
} from './client.js';
export { trustedAuthorities } from './authorities.js';
export { type Endpoint } from './own.js';
export { type Resolve, type ResolvedAddress } from './pools.js';
