import type { AnswerStore, KeptAnswer, RepeatableRequest } from '../src/index.js';

interface Kept {
  readonly bodyHash: string;
  readonly answer: KeptAnswer | null;
}

/** Answers in a map. */
export class InMemoryAnswerStore implements AnswerStore {
  readonly #kept = new Map<string, Kept>();

  begin({ id, bodyHash }: RepeatableRequest): Promise<KeptAnswer | 'new' | 'under_way' | 'other_body'> {
    const kept = this.#kept.get(hex(id));
    if (kept === undefined) {
      this.#kept.set(hex(id), { bodyHash: hex(bodyHash), answer: null });
      return Promise.resolve('new');
    }
    if (kept.bodyHash !== hex(bodyHash)) return Promise.resolve('other_body');
    return Promise.resolve(kept.answer ?? 'under_way');
  }

  keep({ id, bodyHash }: RepeatableRequest, answer: KeptAnswer): Promise<void> {
    this.#kept.set(hex(id), { bodyHash: hex(bodyHash), answer });
    return Promise.resolve();
  }

  forget({ id }: RepeatableRequest): Promise<void> {
    this.#kept.delete(hex(id));
    return Promise.resolve();
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
