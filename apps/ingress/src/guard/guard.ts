import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isSignature, type HookStore } from '@rungate/run-task';
import { Bodies, BODY_LIMIT, type HeldBody } from './bodies.js';
import { Budgets, type Sender } from './budgets.js';
import { EventLoop } from './event-loop.js';
import { Load, type ShedCause } from './load.js';

/** HashiCorp, "Run tasks integration API": hex HMAC-SHA512 of the raw body. */
export const SIGNATURE_HEADER = 'x-tfc-task-signature';

/** Why a request is answered before its body is read. */
export type TurnedAway =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'spent' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'shed'; readonly cause: ShedCause };

/** What stands before accept: it decides what is read at all, and never by what a body says. */
export class Guard {
  readonly budgets = new Budgets();
  readonly bodies = new Bodies();
  readonly #eventLoop = new EventLoop();
  readonly load = new Load(() => this.#eventLoop.lagMs);

  constructor(private readonly hooks: Pick<HookStore, 'rememberedHook'>) {}

  /** Milliseconds that the event loop is late. */
  get lagMs(): number {
    return this.#eventLoop.lagMs;
  }

  /** Null when the body is to be read. What costs least is looked at first. */
  async turnAway(headers: IncomingHttpHeaders, sender: Sender): Promise<TurnedAway | null> {
    if (!isSignature(headers[SIGNATURE_HEADER])) return { kind: 'unsigned' };
    if (this.budgets.isSpent(sender)) return { kind: 'spent' };
    if (Number(headers['content-length'] ?? 0) > BODY_LIMIT) return { kind: 'too_large' };
    const cause = this.#shedCause(sender) ?? ((await this.#isCrowding(sender)) ? 'organization' : null);
    return cause === null ? null : { kind: 'shed', cause };
  }

  /** Reads a body that was not turned away. @throws UnreadBody */
  read(stream: IncomingMessage, sender: Sender): Promise<HeldBody> {
    return this.bodies.read(stream, sender, this.budgets.isProven(sender));
  }

  stop(): void {
    this.#eventLoop.stop();
  }

  #shedCause(sender: Sender): ShedCause | null {
    const isProven = this.budgets.isProven(sender);
    if (!this.bodies.hasRoom(sender, isProven)) return 'bodies';
    if (!isProven && this.budgets.isProbed()) return 'unknown_hooks';
    return this.load.shedCause(isProven);
  }

  async #isCrowding({ hookId }: Sender): Promise<boolean> {
    if (!this.load.isBusy) return false;
    const hook = await this.hooks.rememberedHook(hookId);
    return hook !== null && this.load.isCrowding(hook.organizationId);
  }
}
