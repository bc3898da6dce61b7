/** The end of an audit trail at a moment, signed: kept where whoever can change the database cannot. Bytes are hex. */
export interface AuditHead {
  /** Id of the organization; the nil UUID for the platform's own trail. */
  readonly trail: string;
  /** Events chained so far. */
  readonly sequence: number;
  readonly hash: string;
  /** RFC 3339. */
  readonly at: string;
  /** Names the master key that signed. */
  readonly key: string;
  readonly signature: string;
}

/** Keeps the audit trails: whoever acts writes an event, and this chains it afterwards. */
export interface AuditTrails {
  /** Chains some of what is not chained yet, and answers how many; fewer than `atMost` when nothing is left. */
  chain(atMost: number): Promise<number>;
  /** Heads of the trails that went on since a moment; of all when null. */
  heads(changedSince: Date | null): Promise<readonly AuditHead[]>;
}

/** Where heads are kept outside the database. */
export interface HeadSink {
  /** Resolves once they would survive a crash. */
  note(heads: readonly AuditHead[]): Promise<void>;
}

/** What one step of a purge did; null when none is due. */
export interface PurgeStep {
  readonly organizationId: string;
  readonly slug: string;
  /** Whether the organization is no more. */
  readonly finished: boolean;
}

/** Task results of one organization whose turn it was. */
export interface AgedStep {
  readonly organizationId: string;
  /** How many became tombstones; 0 when none was past its retention. */
  readonly purged: number;
}

/** Removes organizations whose grace time is over, and task results by age, in steps that hold nothing up. */
export interface Purges {
  step(): Promise<PurgeStep | null>;
  /** Leaves of some task results no more than a tombstone; null when it is no organization's turn. */
  purgeAged(atMost: number): Promise<AgedStep | null>;
  /** Removes some plans of one organization that are kept no longer, and answers how many; null when it is nobody's turn. */
  purgeInputs(atMost: number): Promise<number | null>;
  /** Removes some tombstones that are old enough, and answers how many. */
  sweepTombstones(atMost: number): Promise<number>;
}
