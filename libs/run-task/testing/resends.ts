import type { Clock, Resend, ResendAnswer, ResendStore, TaskResultDetail } from '../src/index.js';

/** Sends verdicts again, as a store that has these task results. */
export class InMemoryResendStore implements ResendStore {
  readonly #sent = new Set<string>();

  constructor(
    private readonly taskResults: readonly TaskResultDetail[],
    private readonly clock: Clock,
  ) {}

  resend({ id }: Resend): Promise<ResendAnswer | null> {
    const found = this.taskResults.find((taskResult) => taskResult.id === id);
    return Promise.resolve(found === undefined ? null : this.#answer(found));
  }

  #answer({ id, state, verdict, progressBy: deadline }: TaskResultDetail): ResendAnswer {
    if (verdict === null) return { kind: 'refused', why: 'undecided' };
    if (state === 'delivered') return { kind: 'refused', why: 'delivered' };
    if (deadline <= this.clock.now()) return { kind: 'refused', why: 'too_late' };
    const changed = !this.#sent.has(id);
    this.#sent.add(id);
    return { kind: 'due', changed, deadline };
  }
}
