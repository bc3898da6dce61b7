import {
  claim,
  deliver,
  DELIVERY_SLOTS,
  deliverDue,
  deliverTurn,
  evaluate,
  keep,
  nextDelivery,
  Traffic,
  KEEP_EVERY_MS,
  RENEW_EVERY_MS,
  type CallbackSender,
  type Catalogue,
  type CheckRunner,
  type Clock,
  type Delivered,
  type DeliverPorts,
  type DeliveryTurn,
  type Evaluated,
  type KeyTurn,
  type Lease,
  type Log,
  type PendingDelivery,
  type PlanSource,
  type QuarantineStore,
  type Queue,
  type ScheduleStore,
  type TaskStore,
  type TicketKind,
  type Usage,
} from '@rungate/run-task';
import type { Metrics } from '@rungate/telemetry';
import { logDelivered } from './delivery-log.js';
import { Lane } from './lane.js';
import { Leases } from './leases.js';
import { measureDelivered, measureEvaluated, measureKept } from './measure.js';
import { QUARANTINE_EVERY_MS, Quarantines } from './quarantine.js';
import { Repeater } from './repeater.js';

/** Tickets as the worker sees them: `work` is called when there may be something to do, until it says that there is not. */
export interface TicketSource extends Queue {
  consume(kind: TicketKind, consumer: { readonly slots: number; work(): Promise<boolean> }): void;
}

/** Who a worker is, and what it touches. */
export interface WorkerOptions {
  /** Unique among the workers of an installation. */
  readonly id: string;
  /** Task results evaluated at once. */
  readonly concurrency: number;
  readonly schedule: ScheduleStore;
  readonly tasks: TaskStore;
  readonly plans: PlanSource;
  readonly callbacks: CallbackSender;
  readonly runner: CheckRunner;
  readonly catalogue: Catalogue;
  readonly quarantines: QuarantineStore;
  /** Version of the plugin of this name; null when there is none. */
  readonly pluginVersion: (use: string) => string | null;
  readonly queue: TicketSource;
  readonly clock: Clock;
  /** A clock that nobody sets and that goes on while the process stands still, milliseconds: leases end by it, too. */
  readonly steady: () => number;
  readonly random: () => number;
  readonly timeScale: number;
  /** How long work in flight may go on after a stop was asked for. */
  readonly drainMs: number;
  /** Aborts when whoever asked for the stop does not want to wait for work in flight. */
  readonly hurry: AbortSignal;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** After a renewal that failed: several more before the leases run out. */
const RENEW_AGAIN_MS = 500;
/** How often it is looked whether leases ran out unnoticed. */
const EXPIRE_EVERY_MS = 250;
/** How long giving leases back may take: without it, others take over when they run out. */
const GIVE_BACK_MS = 3_000;

/** One worker process: consumers of both tickets, the renewal of leases, and the keeper. */
export class Worker {
  readonly #leases: Leases;
  readonly #renewal: Repeater;
  readonly #expiry: Repeater;
  readonly #keeper: Repeater;
  readonly #quarantine: Quarantines;
  readonly #quarantining: Repeater;
  readonly #evaluations: Lane;
  readonly #deliveries: Lane;
  readonly #stopping = new AbortController();
  /** Aborts the attempts to deliver that a stop does not wait for. */
  readonly #cut = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #ports: DeliverPorts & Pick<WorkerOptions, 'schedule'>;
  /** What ended since the claim before: the next one tells it, and a crash loses no more than what was charged in advance. */
  readonly #ended: Usage[] = [];

  constructor(private readonly options: WorkerOptions) {
    const { schedule, id, log, metrics, clock, steady, concurrency } = options;
    const traffic = new Traffic();
    this.#ports = { ...options, traffic };
    metrics.watch('rungate_breakers_open', () => {
      const { origins, destinations } = traffic.closures(clock.now()).failing;
      return origins.length + destinations.length;
    });
    const failed = (moment: string) => (error: unknown) => {
      metrics.count('rungate_failures_total', { work: moment });
      log.warn(`${moment} failed`, { worker: id, error: messageOf(error) });
    };
    this.#evaluations = new Lane(concurrency, () => this.#track(this.#evaluateNext()));
    this.#deliveries = new Lane(DELIVERY_SLOTS, () => this.#track(this.#deliverNext()));
    this.#leases = new Leases({ schedule, worker: id, steady });
    this.#renewal = new Repeater({
      everyMs: RENEW_EVERY_MS,
      afterFailureMs: RENEW_AGAIN_MS,
      work: () => this.#leases.renew(),
      failed: failed('renew'),
    });
    // Apart from the renewal, which may wait for a database that does not answer.
    this.#expiry = new Repeater({ everyMs: EXPIRE_EVERY_MS, work: () => this.#expire(), failed: failed('expire') });
    this.#quarantine = new Quarantines(options);
    this.#quarantining = new Repeater({
      everyMs: QUARANTINE_EVERY_MS,
      work: () => this.#quarantine.refresh(),
      failed: failed('quarantine'),
    });
    this.#keeper = new Repeater({ everyMs: KEEP_EVERY_MS, work: () => this.#keep(), failed: failed('keep') });
  }

  start(): void {
    const { queue, concurrency } = this.options;
    queue.consume('evaluate', { slots: concurrency, work: () => this.#evaluations.work() });
    queue.consume('deliver', { slots: DELIVERY_SLOTS, work: () => this.#deliveries.work() });
    this.#renewal.start();
    this.#expiry.start();
    this.#keeper.start();
    this.#quarantining.start();
  }

  /** Takes nothing new, waits for what is in flight, then gives the rest back so that others go on at once. */
  async stop(): Promise<void> {
    const { drainMs, hurry } = this.options;
    this.#stopping.abort();
    await settled([this.#keeper.stop(), this.#quarantining.stop(), ...this.#running], drainMs, hurry);
    await settled([this.#renewal.stop(), this.#expiry.stop()], GIVE_BACK_MS, hurry);
    await settled([this.#giveBack()], GIVE_BACK_MS);
    this.#cut.abort();
    await settled([...this.#running], drainMs, hurry);
  }

  async #giveBack(): Promise<void> {
    try {
      const given = await this.#leases.giveBack();
      if (given > 0) this.options.log.info('gave leases back', { leases: given });
    } catch (error) {
      const effect = 'others take over when they run out';
      this.options.log.warn('leases could not be given back', { effect, error: messageOf(error) });
    }
  }

  #expire(): Promise<void> {
    const over = this.#leases.expire();
    this.options.metrics.count('rungate_lease_losses_total', {}, over);
    if (over > 0) this.options.log.warn('leases ran out', { leases: over, effect: 'others take over' });
    return Promise.resolve();
  }

  async #evaluateNext(): Promise<boolean> {
    if (this.#stopping.signal.aborted) return false;
    const askedAt = this.options.steady();
    const ended = this.#ended.splice(0);
    const [lease] = await claim(this.options.schedule, { worker: this.options.id, slots: 1, ended });
    if (lease === undefined) return false;
    const startedAt = this.options.steady();
    await this.#evaluate(lease, askedAt);
    const { organizationId, chargedMs } = lease;
    this.#ended.push({ organizationId, chargedMs, usedMs: this.options.steady() - startedAt });
    return true;
  }

  async #evaluate(lease: Lease, askedAt: number): Promise<void> {
    const { log, metrics, steady } = this.options;
    const fields = { organizationId: lease.organizationId, taskResultId: lease.taskResultId, attempt: lease.attempt };
    log.info('claimed', fields);
    const signal = this.#leases.hold(lease, askedAt);
    try {
      const answer = await evaluate({ ...this.options, quarantine: this.#quarantine }, lease, signal);
      metrics.observe('rungate_evaluation_seconds', (steady() - askedAt) / 1_000);
      measureEvaluated(metrics, answer, lease.organizationId);
      log.info(answer.kind === 'stale' ? 'lease lost' : 'decided', fields);
      this.#deliverDecided(answer);
    } catch (error) {
      metrics.count('rungate_failures_total', { work: 'evaluate' });
      log.error('evaluate failed', { ...fields, error: messageOf(error) });
    } finally {
      this.#leases.drop(lease);
    }
  }

  /** The first attempt does not hold the evaluation's slot. */
  #deliverDecided(answer: Evaluated): void {
    if (answer.kind === 'decided') void this.#track(this.#deliver(answer.delivery));
  }

  async #deliverNext(): Promise<boolean> {
    if (this.#stopping.signal.aborted) return false;
    const turn = await nextDelivery(this.#ports);
    if (turn === null) return false;
    await this.#logDelivery(turn, deliverDue(this.#ports, turn, this.#cut.signal));
    return true;
  }

  #deliver(delivery: PendingDelivery): Promise<void> {
    return this.#logDelivery(delivery, deliver(this.#ports, delivery, this.#cut.signal));
  }

  #deliverTurn(turn: DeliveryTurn): Promise<void> {
    return this.#logDelivery(turn, deliverTurn(this.#ports, turn, this.#cut.signal));
  }

  async #logDelivery(turn: DeliveryTurn, delivering: Promise<Delivered | null>): Promise<void> {
    const { log, metrics } = this.options;
    try {
      const delivered = await delivering;
      if (delivered === null) return;
      logDelivered(log, delivered);
      measureDelivered(metrics, delivered);
    } catch (error) {
      metrics.count('rungate_failures_total', { work: 'deliver' });
      const { organizationId, deliveryId } = turn;
      log.error('deliver failed', { organizationId, deliveryId, error: messageOf(error) });
    }
  }

  async #keep(): Promise<void> {
    const kept = await keep(this.options);
    const { decidedLate, decidedEarly, expired, keys, turns, unannounced, errors } = kept;
    const { log, metrics } = this.options;
    measureKept(metrics, kept);
    if (decidedLate + decidedEarly + expired > 0) log.warn('kept', { decidedLate, decidedEarly, expired });
    for (const key of keys) logKey(log, key);
    for (const error of errors) log.error('keep failed', { error: messageOf(error) });
    for (const turn of turns) void this.#track(this.#deliverTurn(turn));
    if (this.#stopping.signal.aborted) return;
    this.#evaluations.fill(unannounced.evaluate);
    this.#deliveries.fill(unannounced.deliver);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = (): void => {
      this.#running.delete(work);
    };
    work.then(done, done);
    return work;
  }
}

/** Resolves when all have ended, however, or after `withinMs`, or at once when somebody is in a hurry. */
async function settled(
  running: readonly Promise<unknown>[],
  withinMs: number,
  hurry: AbortSignal = new AbortController().signal,
): Promise<void> {
  let giveUp: () => void = () => undefined;
  const tooLong = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  if (hurry.aborted) giveUp();
  hurry.addEventListener('abort', giveUp, { once: true });
  const timer = setTimeout(giveUp, withinMs);
  await Promise.race([Promise.allSettled(running), tooLong]);
  clearTimeout(timer);
  hurry.removeEventListener('abort', giveUp);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function logKey(log: Log, { organizationId, runTaskId, fingerprint, became }: KeyTurn): void {
  const line = { organizationId, runTaskId, fingerprint };
  if (became === 'retired') log.info('HMAC key retired', line);
  if (became === 'extended') log.warn('HMAC key kept longer: no request has used the newer one', line);
}
