import type { EgressUrl } from './url.js';

/** One origin that an organization may call, and what it was granted there; it counts for no other origin. */
export interface OriginGrant {
  /** `https://host[:port]`, to the letter; its port is granted with it. */
  readonly origin: string;
  /** CIDRs of private addresses that the host may lead to; only what lies within RUNGATE_EGRESS_CIDRS counts. */
  readonly privateRanges: readonly string[];
  /** PEM of authorities to trust besides the usual ones; null for none. */
  readonly caBundle: string | null;
}

/** Whom a request is for, which decides what it may reach and do. */
export type Purpose = EgressRequest['purpose'];

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
export type EgressRequest = TaskResultRequest | SetupRequest | SignInRequest;

interface RequestBase {
  readonly organizationId: string;
  readonly url: EgressUrl;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly limits: RequestLimits;
  readonly signal: AbortSignal;
}

/** For a task result: its plan and configuration, wherever downloads are redirected to, and its callback. */
interface TaskResultRequest extends RequestBase {
  readonly purpose: { readonly kind: 'terraform'; readonly origins: readonly OriginGrant[] };
  readonly method: 'GET' | 'PATCH';
}

/** To set a run task up in Terraform, with a token of the organization. */
interface SetupRequest extends RequestBase {
  readonly purpose: { readonly kind: 'setup'; readonly origins: readonly OriginGrant[] };
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
}

/** To an identity provider; what it names in its own documents is called by the same rules. */
interface SignInRequest extends RequestBase {
  readonly purpose: { readonly kind: 'sign-in'; readonly origins: readonly OriginGrant[] };
  readonly method: 'GET' | 'POST';
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
