import { Proofs } from './proofs.js';
import { Tally } from './tally.js';

/** Who sent a request, and to which hook. */
export interface Sender {
  /** As `senderAddress` has it. */
  readonly address: string;
  readonly hookId: string;
}

/** Budgets are by the minute. */
const SPAN_MS = 60_000;
/** Refused requests of one address to one hook. */
const TO_ONE_HOOK = 60;
/** Refused requests of one address to all hooks: made-up ids have no budget of their own. */
const TO_ALL_HOOKS = 600;
/** Look-ups a second of hooks that do not exist, over all senders. */
const UNKNOWN_HOOKS = 1_000;
const SECOND_MS = 1_000;
const MOST_KEYS = 50_000;

/**
 * How much may be refused before more is turned away unread. Only refused requests draw on it; a sender whose signature was
 * valid at this hook within the hour is never turned away, nor is one whose signature was valid anywhere for what others
 * behind the same address do elsewhere.
 */
export class Budgets {
  readonly #toOneHook: Tally;
  readonly #toAllHooks: Tally;
  readonly #unknownHooks: Tally;
  readonly #provenHere: Proofs;
  readonly #provenAnywhere: Proofs;

  /** @param now milliseconds of any clock that does not go back */
  constructor(now: () => number = () => performance.now()) {
    this.#toOneHook = new Tally(SPAN_MS, MOST_KEYS, now);
    this.#toAllHooks = new Tally(SPAN_MS, MOST_KEYS, now);
    this.#unknownHooks = new Tally(SECOND_MS, 1, now);
    this.#provenHere = new Proofs(MOST_KEYS, now);
    this.#provenAnywhere = new Proofs(MOST_KEYS, now);
  }

  /** After each request that was refused for its signature. `unknown`: its hook had to be looked up, and may not exist. */
  refused(sender: Sender, unknown: boolean): void {
    this.#toOneHook.add(keyOf(sender));
    this.#toAllHooks.add(sender.address);
    if (unknown) this.#unknownHooks.add('all');
  }

  /** After each request whose signature was valid. */
  proved(sender: Sender): void {
    this.#provenHere.add(keyOf(sender));
    this.#provenAnywhere.add(sender.address);
  }

  /** Whether this sender's signature was valid within the hour, at any hook. */
  isProven({ address }: Sender): boolean {
    return this.#provenAnywhere.has(address);
  }

  /** Whether the next request is refused unread. */
  isSpent(sender: Sender): boolean {
    const key = keyOf(sender);
    if (this.#toOneHook.of(key) >= TO_ONE_HOOK) return !this.#provenHere.has(key);
    return this.#toAllHooks.of(sender.address) >= TO_ALL_HOOKS && !this.isProven(sender);
  }

  /** Whether so many look for hooks that do not exist that strangers must wait: the database serves the others. */
  isProbed(): boolean {
    return this.#unknownHooks.of('all') >= UNKNOWN_HOOKS;
  }
}

function keyOf({ address, hookId }: Sender): string {
  return `${address} ${hookId}`;
}
