import type { Usage } from '../src/index.js';

/** What the platform grants an organization. */
export interface Grants {
  readonly weight: number;
  readonly maxInFlight: number | null;
}

interface Share {
  virtualTime: number;
  /** How much of it the latest claim added since the organization became ready. */
  charge: number;
  expectedMs: number;
}

/** What a claim is charged of an organization that nothing is known of, milliseconds. */
const FIRST_CHARGE_MS = 100;

/** Start-time fair queueing over organizations, in memory: the same rule as the migration `fair_claim`. */
export class InMemoryShares {
  readonly #shares = new Map<string, Share>();
  readonly #grants = new Map<string, Grants>();
  #ready: readonly string[] = [];

  grant(organizationId: string, grants: Grants): void {
    this.#grants.set(organizationId, grants);
  }

  grantsOf(organizationId: string): Grants {
    return this.#grants.get(organizationId) ?? { weight: 1, maxInFlight: null };
  }

  /** Whose turn it is among those that wait and are under their cap; null when there is none. */
  next(ready: readonly string[]): string | null {
    const present = this.#present();
    for (const organizationId of ready) {
      const share = this.#share(organizationId);
      if (this.#ready.includes(organizationId)) continue;
      share.virtualTime = Math.max(share.virtualTime, present);
      share.charge = 0;
    }
    this.#ready = ready;
    return this.#lowest(ready);
  }

  /** Charges a claim in advance; how much, in milliseconds of a slot. */
  charge(organizationId: string): number {
    const share = this.#share(organizationId);
    share.charge = share.expectedMs / this.grantsOf(organizationId).weight;
    share.virtualTime += share.charge;
    return share.expectedMs;
  }

  settle({ organizationId, chargedMs, usedMs }: Usage): void {
    const share = this.#share(organizationId);
    const owed = (usedMs - chargedMs) / this.grantsOf(organizationId).weight;
    share.virtualTime += owed;
    share.charge = Math.max(0, share.charge + owed);
    share.expectedMs = Math.max(1, usedMs + (share.expectedMs - usedMs) * 0.8);
  }

  /** Where the claim that was served last started, or where the busiest ended when nobody waits. */
  #present(): number {
    const lowest = this.#lowest(this.#ready);
    if (lowest === null) return Math.max(0, ...[...this.#shares.values()].map(({ virtualTime }) => virtualTime));
    const { virtualTime, charge } = this.#share(lowest);
    return virtualTime - charge;
  }

  #lowest(among: readonly string[]): string | null {
    return among.reduce<string | null>(
      (best, one) => (best === null || this.#share(one).virtualTime < this.#share(best).virtualTime ? one : best),
      null,
    );
  }

  #share(organizationId: string): Share {
    const share = this.#shares.get(organizationId) ?? { virtualTime: 0, charge: 0, expectedMs: FIRST_CHARGE_MS };
    this.#shares.set(organizationId, share);
    return share;
  }
}
