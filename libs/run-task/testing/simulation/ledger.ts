import { LEASE_MS, type DecideAnswer, type Evaluation, type Lease } from '../../src/index.js';

/** Something that the store committed, or that a check did, in the order in which it happened. Milliseconds since the epoch. */
export type LedgerEntry =
  | {
      readonly kind: 'leased';
      readonly at: number;
      readonly id: string;
      readonly epoch: number;
      readonly by: 'worker' | 'keeper';
    }
  | { readonly kind: 'prolonged' | 'released'; readonly at: number; readonly id: string; readonly epoch: number }
  /** A write that the store took under a lease. */
  | { readonly kind: 'wrote'; readonly at: number; readonly id: string; readonly epoch: number }
  | { readonly kind: 'check_started'; readonly at: number; readonly id: string; readonly check: string };

/** Which leases were given and what was written under them, as seen between the processes and the store. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];

  /** Notes a call of a store that was answered. */
  note(at: number, method: string, args: readonly unknown[], answer: unknown): void {
    const noting = NOTES[method];
    if (noting === undefined) return;
    for (const entry of noting(args, answer)) this.entries.push({ ...entry, at });
  }

  startCheck(at: number, id: string, check: string): void {
    this.entries.push({ kind: 'check_started', at, id, check });
  }
}

type Note = LedgerEntry extends infer Entry ? (Entry extends unknown ? Omit<Entry, 'at'> : never) : never;

const NOTES: Readonly<Record<string, (args: readonly unknown[], answer: unknown) => readonly Note[]>> = {
  claim: (_args, answer) =>
    (answer as readonly Lease[]).map(({ taskResultId: id, epoch }) => ({ kind: 'leased', id, epoch, by: 'worker' })),
  takeOver: (_args, answer) => {
    const evaluation = answer as Evaluation | null;
    if (evaluation === null) return [];
    return [{ kind: 'leased', id: evaluation.lease.taskResultId, epoch: evaluation.lease.epoch, by: 'keeper' }];
  },
  renew: ([, leases], answer) =>
    (leases as readonly Lease[])
      .filter(({ taskResultId }) => !(answer as readonly string[]).includes(taskResultId))
      .map(({ taskResultId: id, epoch }) => ({ kind: 'prolonged', id, epoch })),
  release: ([, leases]) =>
    (leases as readonly Lease[]).map(({ taskResultId: id, epoch }) => ({ kind: 'released', id, epoch })),
  saveCheckResults: ([lease], isSaved) => (isSaved === true ? [wrote(lease as Lease)] : []),
  decide: ([lease], answer) => ((answer as DecideAnswer).kind === 'stale' ? [] : [wrote(lease as Lease)]),
  startProgress: ([lease], turn) => (turn === null ? [] : [wrote(lease as Lease)]),
};

function wrote({ taskResultId, epoch }: Lease): Note {
  return { kind: 'wrote', id: taskResultId, epoch };
}

/** A rule of leases that was broken: which, and of which task result. */
export interface BrokenRule {
  readonly rule: string;
  readonly id: string;
}

/**
 * Broken rules of leases: one is given only when no other lives (the keeper may, when it is late), each epoch is given
 * once and is higher than the last, and only the newest one writes.
 */
export function brokenLeases(entries: readonly LedgerEntry[]): readonly BrokenRule[] {
  const current = new Map<string, HeldLease>();
  return entries.flatMap((entry) => {
    if (entry.kind === 'check_started') return [];
    const held = current.get(entry.id);
    const broken = rulesBrokenBy(entry, held);
    if (entry.kind === 'leased') current.set(entry.id, { epoch: entry.epoch, until: entry.at + LEASE_MS });
    else if (held?.epoch === entry.epoch) held.until = untilAfter(entry, held);
    return broken.map((rule) => ({ rule, id: entry.id }));
  });
}

interface HeldLease {
  readonly epoch: number;
  until: number;
}

type LeaseEntry = Exclude<LedgerEntry, { kind: 'check_started' }>;

function rulesBrokenBy(entry: LeaseEntry, held: HeldLease | undefined): readonly string[] {
  if (entry.kind === 'wrote') return held?.epoch === entry.epoch ? [] : ['only the newest epoch writes'];
  if (entry.kind !== 'leased' || held === undefined) return [];
  return [
    ...(entry.by === 'worker' && held.until > entry.at ? ['a lease is given only when no other lives'] : []),
    ...(entry.epoch <= held.epoch ? ['an epoch is given once, and they grow'] : []),
  ];
}

function untilAfter({ kind, at }: LeaseEntry, { until }: HeldLease): number {
  if (kind === 'prolonged') return at + LEASE_MS;
  return kind === 'released' ? at : until;
}
