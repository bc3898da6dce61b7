import { Breaker, type HostSign } from './breaker.js';
import { Bulkhead, type BulkheadLimits } from './bulkhead.js';
import type { Allowances } from './deadline.js';
import type { CallbackAnswer } from './retry.js';

/** Where callbacks of one organization go. */
export interface Destination {
  readonly organizationId: string;
  /** `https://host[:port]`. */
  readonly origin: string;
}

/** To whom this process sends nothing now. What waits for that stays due: no attempt is counted and no slot is held. */
export interface Closures {
  /** As many callbacks under way as there may be. */
  readonly busy: { readonly organizationIds: readonly string[]; readonly origins: readonly string[] };
  /** Hosts that fail, for everybody or for one organization: of their deliveries only the two last attempts are made. */
  readonly failing: { readonly origins: readonly string[]; readonly destinations: readonly Destination[] };
  /** How long before the deadline the two last attempts start, as in `Allowances`. */
  readonly lastAttemptsMs: Allowances['lastAttemptsMs'];
}

/** Which places a callback takes: those for what is due, or those for first attempts and progress, which wait for nothing. */
export type Share = 'due' | 'prompt';

/** A callback that would be sent now. */
export interface Departure {
  readonly share: Share;
  /** One of the two last attempts, which pass a breaker that is open. */
  readonly isLast: boolean;
}

/** Whether a callback may be sent. */
export type Admission =
  /** `ended` is called once, with its answer. */
  | { readonly kind: 'admitted'; ended(answer: CallbackAnswer, now: Date): HostChange | null }
  /** `detail` completes "The attempt was not made: …". */
  | { readonly kind: 'held'; readonly detail: string };

/** A host that began or ceased to fail; `organizationId` null: for everybody. */
export interface HostChange {
  readonly origin: string;
  readonly organizationId: string | null;
  readonly failing: boolean;
}

/** Worth measuring against, not sacred: half the slots for one host, a quarter for one organization. */
const SLOTS = 32;
const SHARES: Readonly<Record<Share, BulkheadLimits>> = {
  due: { total: SLOTS, perOrigin: SLOTS / 2, perOrganization: SLOTS / 4 },
  prompt: { total: 512, perOrigin: 256, perOrganization: 64 },
};

/** How many due callbacks a process sends at once. */
export const DELIVERY_SLOTS = SLOTS;

/**
 * What one process knows of the hosts that it calls back: which fail, which are busy, and who has his share already. In
 * memory alone: another process, or this one after a restart, learns it again from a few attempts.
 */
export class Traffic {
  readonly #hosts = new Map<string, Breaker>();
  readonly #destinations = new Map<string, { readonly destination: Destination; readonly breaker: Breaker }>();
  readonly #bulkheads: Readonly<Record<Share, Bulkhead>> = {
    due: new Bulkhead(SHARES.due),
    prompt: new Bulkhead(SHARES.prompt),
  };

  /** To whom nothing that waits for a slot is to be sent now. */
  closures(now: Date): Omit<Closures, 'lastAttemptsMs'> {
    this.#forget(now);
    const origins = [...this.#hosts].flatMap(([origin, breaker]) => (breaker.passes(now) ? [] : [origin]));
    const destinations = [...this.#destinations.values()].flatMap(({ destination, breaker }) =>
      breaker.passes(now) ? [] : [destination],
    );
    return { busy: this.#bulkheads.due.full(), failing: { origins, destinations } };
  }

  /** Takes a place for a callback, unless its host fails or there is no place. */
  admit(destination: Destination, { share, isLast }: Departure, now: Date): Admission {
    const { host, own } = this.#breakers(destination);
    if (!isLast && !host.passes(now)) return held(`${destination.origin} fails for everybody`);
    if (!isLast && !own.passes(now)) return held(`${destination.origin} fails for this organization`);
    const leave = this.#bulkheads[share].enter(destination);
    if (leave === null)
      return held(`too many callbacks to ${destination.origin}, or of this organization, are under way`);
    host.sending(now);
    own.sending(now);
    return {
      kind: 'admitted',
      ended: (answer, endedAt) => {
        leave();
        const sign = signOf(answer);
        return sign === null ? null : this.#note(destination, sign, endedAt);
      },
    };
  }

  #note(destination: Destination, sign: HostSign, now: Date): HostChange | null {
    const { organizationId, origin } = destination;
    const { host, own } = this.#breakers(destination);
    const hostChanged = host.note(sign, organizationId, now);
    // Who cannot connect learned nothing about one organization.
    const ownChanged = sign !== 'unreachable' && own.note(sign, organizationId, now);
    if (sign === 'sound') this.#drop(destination, hostChanged);
    if (!hostChanged && !ownChanged) return null;
    return { origin, organizationId: hostChanged ? null : organizationId, failing: sign !== 'sound' };
  }

  /** A host that works again for one is tried again by all. */
  #drop(destination: Destination, wasClosedToAll: boolean): void {
    this.#hosts.delete(destination.origin);
    this.#destinations.delete(keyOf(destination));
    if (!wasClosedToAll) return;
    for (const [key, other] of this.#destinations) {
      if (other.destination.origin === destination.origin) this.#destinations.delete(key);
    }
  }

  #breakers(destination: Destination): { readonly host: Breaker; readonly own: Breaker } {
    const { origin } = destination;
    const key = keyOf(destination);
    const host = this.#hosts.get(origin) ?? new Breaker(2);
    const own = this.#destinations.get(key)?.breaker ?? new Breaker(1);
    this.#hosts.set(origin, host);
    this.#destinations.set(key, { destination, breaker: own });
    return { host, own };
  }

  #forget(now: Date): void {
    for (const [origin, breaker] of this.#hosts) if (breaker.isForgotten(now)) this.#hosts.delete(origin);
    for (const [key, { breaker }] of this.#destinations) if (breaker.isForgotten(now)) this.#destinations.delete(key);
  }
}

/** What an answer says about the host; null: nothing. Whoever answers, be it 401 or 429, works. */
function signOf(answer: CallbackAnswer): HostSign | null {
  if (answer.kind === 'status') return answer.status >= 500 ? 'failing' : 'sound';
  switch (answer.cause) {
    case 'refused':
    case 'dns':
      return 'unreachable';
    case 'timeout':
      return answer.sent ? 'failing' : 'unreachable';
    case 'reset':
      return answer.sent ? null : 'unreachable';
    // Which authorities are trusted is granted to each organization.
    case 'certificate':
      return 'failing';
    case 'forbidden':
    case 'held':
      return null;
  }
}

function keyOf({ organizationId, origin }: Destination): string {
  return `${organizationId} ${origin}`;
}

function held(detail: string): Admission {
  return { kind: 'held', detail };
}
