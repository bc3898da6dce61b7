import {
  EXPIRED,
  LEASE_MS,
  after,
  deadlineOf,
  isLastAttempt,
  isDecided,
  transition,
  type Backlog,
  type Claimed,
  type Clock,
  type Closures,
  type DeliveryTurn,
  type HopelessTaskResult,
  type Ids,
  type KeyTurn,
  type LateTaskResult,
  type Lease,
  type ScheduleStore,
  type Usage,
} from '../src/index.js';
import { InMemoryShares } from './in-memory-shares.js';
import { end, openProgress, type DeliveryRow, type Row } from './rows.js';

/** How long a delivery is its process' own: longer than one attempt may take. */
const TURN_MS = 20_000;

/** Scheduling over all organizations, in memory. */
export class InMemoryScheduleStore implements ScheduleStore {
  readonly shares = new InMemoryShares();

  constructor(
    private readonly rows: Map<string, Row>,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  claim(worker: string, limit: number, ended: readonly Usage[] = []): Promise<readonly Claimed[]> {
    for (const usage of ended) this.shares.settle(usage);
    const leases: Claimed[] = [];
    while (leases.length < limit) {
      const first = this.firstOfEach();
      const next = first.get(this.shares.next([...first.keys()]) ?? '');
      if (next === undefined) break;
      leases.push({ ...this.lease(next, worker), chargedMs: this.shares.charge(next.organizationId) });
    }
    return Promise.resolve(leases);
  }

  renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]> {
    const lost = leases.filter((lease) => !this.prolong(worker, lease));
    return Promise.resolve(lost.map((lease) => lease.taskResultId));
  }

  release(worker: string, leases: readonly Lease[]): Promise<void> {
    for (const lease of leases) {
      const row = this.rows.get(lease.taskResultId);
      if (row?.leasedBy !== worker || row.taskResult.epoch !== lease.epoch) continue;
      row.taskResult = transition(row.taskResult, { kind: 'release' });
      row.leasedBy = null;
    }
    return Promise.resolve();
  }

  claimDeliveries(limit: number, closures?: Closures): Promise<readonly DeliveryTurn[]> {
    const open = this.due().filter((delivery) => closures === undefined || this.isOpen(delivery, closures));
    const due = open.sort((a, b) => deadlineOf(a.row).getTime() - deadlineOf(b.row).getTime());
    return Promise.resolve(due.slice(0, limit).map((delivery) => this.turn(delivery)));
  }

  findLate(limit: number): Promise<readonly LateTaskResult[]> {
    const now = this.clock.now();
    const undecided = [...this.rows.values()].filter((row) => !isDecided(row.taskResult) && row.decideAt <= now);
    const turns = new Map<string, number>();
    const late = undecided
      .sort((a, b) => a.decideAt.getTime() - b.decideAt.getTime())
      .map((row) => {
        const turn = turns.get(row.organizationId) ?? 0;
        turns.set(row.organizationId, turn + 1);
        return { row, turn };
      })
      .sort((a, b) => a.turn - b.turn)
      .map(({ row }) => row);
    return Promise.resolve(
      late.slice(0, limit).map((row) => ({
        organizationId: row.organizationId,
        taskResultId: row.id,
        epoch: row.taskResult.epoch,
      })),
    );
  }

  claimProgress(limit: number, nextAfterMs: number): Promise<readonly Lease[]> {
    const now = this.clock.now();
    const due = [...this.rows.values()].filter(
      ({ taskResult, progressDueAt }) =>
        taskResult.state === 'evaluating' && taskResult.leaseUntil > now && progressDueAt <= now,
    );
    return Promise.resolve(
      due.slice(0, limit).map((row) => {
        row.progressDueAt = after(now, nextAfterMs);
        return leaseOf(row, now);
      }),
    );
  }

  expireDeliveries(limit: number): Promise<number> {
    const now = this.clock.now();
    const expired = this.openDeliveries().filter(
      ({ kind, row, leasedUntil }) =>
        kind === 'final' && deadlineOf(row) <= now && (leasedUntil === null || leasedUntil <= now),
    );
    for (const delivery of expired.slice(0, limit)) {
      delivery.state = 'undeliverable';
      end(delivery.row, { kind: 'give_up', reason: EXPIRED });
    }
    return Promise.resolve(Math.min(expired.length, limit));
  }

  backlog(): Promise<Backlog> {
    return Promise.resolve({ claimable: this.claimable().length, deliverable: this.due().length });
  }

  mendSchedule(): Promise<void> {
    return Promise.resolve();
  }

  /** The earliest deadline that waits of each organization under its cap; those that came first, first. */
  private firstOfEach(): Map<string, Row> {
    const first = new Map<string, Row>();
    for (const row of this.claimable()) {
      const other = first.get(row.organizationId);
      if (this.isCapped(row.organizationId)) continue;
      if (other === undefined || row.decideAt < other.decideAt) first.set(row.organizationId, row);
    }
    return first;
  }

  private isCapped(organizationId: string): boolean {
    const { maxInFlight } = this.shares.grantsOf(organizationId);
    if (maxInFlight === null) return false;
    const now = this.clock.now();
    const inFlight = [...this.rows.values()].filter(
      (row) =>
        row.organizationId === organizationId &&
        row.leasedBy !== null &&
        row.taskResult.state === 'evaluating' &&
        row.taskResult.leaseUntil > now,
    );
    return inFlight.length >= maxInFlight;
  }

  private claimable(): Row[] {
    const now = this.clock.now();
    return [...this.rows.values()].filter(
      ({ taskResult, decideAt }) =>
        decideAt > now &&
        (taskResult.state === 'accepted' || (taskResult.state === 'evaluating' && taskResult.leaseUntil <= now)),
    );
  }

  private lease(row: Row, worker: string): Lease {
    const now = this.clock.now();
    if (row.taskResult.state === 'evaluating') row.lapses += 1;
    row.taskResult = transition(row.taskResult, { kind: 'claim', leaseUntil: after(now, LEASE_MS) });
    row.leasedBy = worker;
    row.attempt += 1;
    row.steppedAt ??= now;
    return leaseOf(row, after(now, LEASE_MS));
  }

  private prolong(worker: string, lease: Lease): boolean {
    const row = this.rows.get(lease.taskResultId);
    if (row?.leasedBy !== worker) return false;
    if (row.taskResult.state !== 'evaluating' || row.taskResult.epoch !== lease.epoch) return false;
    row.taskResult = { ...row.taskResult, leaseUntil: after(this.clock.now(), LEASE_MS) };
    return true;
  }

  /** Nothing is foretold here: the pace is a rule of the database. */
  findHopeless(): Promise<readonly HopelessTaskResult[]> {
    return Promise.resolve([]);
  }

  /** Keys do not end here: that is a rule of the database. */
  retireHmacKeys(): Promise<readonly KeyTurn[]> {
    return Promise.resolve([]);
  }

  private openDeliveries(): DeliveryRow[] {
    return [...this.rows.values()].flatMap((row) => row.deliveries.filter(({ state }) => state === 'due'));
  }

  /** Verdicts alone: progress that was not sent at once is not sent later, the next one comes by itself. */
  private due(): DeliveryRow[] {
    const now = this.clock.now();
    return this.openDeliveries().filter(
      ({ row, kind, nextAttemptAt, leasedUntil }) =>
        nextAttemptAt <= now &&
        deadlineOf(row) > now &&
        (leasedUntil === null || leasedUntil <= now) &&
        kind === 'final' &&
        !openProgress(row, now),
    );
  }

  private isOpen({ row, nextAttemptAt: dueAt }: DeliveryRow, { busy, failing, lastAttemptsMs }: Closures): boolean {
    const { organizationId } = row;
    const origin = row.accepted.hook.terraformOrigin;
    if (busy.origins.includes(origin) || busy.organizationIds.includes(organizationId)) return false;
    const isFailing =
      failing.origins.includes(origin) ||
      failing.destinations.some((one) => one.organizationId === organizationId && one.origin === origin);
    return !isFailing || isLastAttempt({ dueAt, deadline: deadlineOf(row) }, this.clock.now(), lastAttemptsMs);
  }

  private turn(delivery: DeliveryRow): DeliveryTurn {
    const now = this.clock.now();
    const attemptId = this.ids.next();
    delivery.leasedUntil = after(now, TURN_MS);
    delivery.attempts.push({ id: attemptId, startedAt: now, answerClass: null, outcome: null });
    return { organizationId: delivery.row.organizationId, deliveryId: delivery.id, attemptId };
  }
}

function leaseOf(row: Row, expiresAt: Date): Lease {
  return {
    organizationId: row.organizationId,
    taskResultId: row.id,
    epoch: row.taskResult.epoch,
    attempt: row.attempt,
    expiresAt,
  };
}
