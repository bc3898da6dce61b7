import type { SimulatorClock } from '../clock.js';
import type { Fault } from '../fault.js';
import { randomToken } from '../identifiers.js';

/** What a team may do, in the words of the platform's settings. */
export const TOKEN_PERMISSIONS = ['manage-run-tasks', 'manage-workspace-run-tasks', 'read-workspaces'] as const;
/** One thing that a token may do. */
export type TokenPermission = (typeof TOKEN_PERMISSIONS)[number];

/** How to make a token; all but the organization has a default. */
export interface TokenOptions {
  readonly organization: string;
  /** All of them. */
  readonly permissions?: readonly TokenPermission[] | undefined;
  /** 30 (HashiCorp, "API docs", rate limiting). */
  readonly requestsPerSecond?: number | undefined;
  /** One for each request with this token, in order; then all is normal. */
  readonly faults?: readonly Fault[] | undefined;
}

/** What is left of a token's requests. */
export interface RateLimit {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is room again. */
  readonly resetSeconds: number;
}

/** Requests per second and user on HCP Terraform and TFE (HashiCorp, "API docs", rate limiting). */
const DEFAULT_LIMIT = 30;
const WINDOW_MS = 1_000;

/** A team token of one organization. */
export class ApiToken {
  readonly value = randomToken();
  readonly organization: string;
  readonly #permissions: ReadonlySet<TokenPermission>;
  readonly #limit: number;
  readonly #faults: Fault[];
  #times: number[] = [];

  constructor(
    options: TokenOptions,
    private readonly clock: SimulatorClock,
  ) {
    this.organization = options.organization;
    this.#permissions = new Set(options.permissions ?? TOKEN_PERMISSIONS);
    this.#limit = options.requestsPerSecond ?? DEFAULT_LIMIT;
    this.#faults = [...(options.faults ?? [])];
  }

  may(permission: TokenPermission): boolean {
    return this.#permissions.has(permission);
  }

  /** Counts one request. */
  count(): RateLimit {
    const now = this.clock.now();
    this.#times = this.#times.filter((time) => time > now - WINDOW_MS);
    const allowed = this.#times.length < this.#limit;
    if (allowed) this.#times.push(now);
    const oldest = this.#times[0] ?? now;
    return {
      allowed,
      limit: this.#limit,
      remaining: this.#limit - this.#times.length,
      resetSeconds: (oldest + WINDOW_MS - now) / 1_000,
    };
  }

  /** What goes wrong with the next request. */
  nextFault(): Fault {
    return this.#faults.shift() ?? {};
  }
}
