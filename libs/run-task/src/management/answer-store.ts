/** A request that may be sent again: whose it is, and what it asks. */
export interface RepeatableRequest {
  /** Null: of a token of the platform. */
  readonly organizationId: string | null;
  /** SHA-256 of requester, address and key. */
  readonly id: Uint8Array;
  /** SHA-256 of its body. */
  readonly bodyHash: Uint8Array;
}

/** What was answered, without what is shown once. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers under an Idempotency-Key, for a day. */
export interface AnswerStore {
  /** `new`: it is noted as under way, and must end in `keep` or `forget`. */
  begin(request: RepeatableRequest): Promise<KeptAnswer | 'new' | 'under_way' | 'other_body'>;
  keep(request: RepeatableRequest, answer: KeptAnswer): Promise<void>;
  /** Nothing was done: the next one is as the first. */
  forget(request: RepeatableRequest): Promise<void>;
}
