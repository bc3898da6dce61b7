import {
  claim,
  deliver,
  deliverDue,
  evaluate,
  keep,
  KEEP_EVERY_MS,
  RENEW_EVERY_MS,
  type CallbackSender,
  type Catalogue,
  type CheckRunner,
  type Clock,
  type Delivered,
  type DeliveryTurn,
  type Evaluated,
  type KeyTurn,
  type Lease,
  type Log,
  type PendingDelivery,
  type PlanSource,
  type Queue,
  type ScheduleStore,
  type TaskStore,
  type TicketKind,
} from '@rungate/run-task';
import { Leases } from './leases.js';
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
  readonly queue: TicketSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeScale: number;
  /** How long work in flight may go on after a stop was asked for. */
  readonly drainMs: number;
  readonly log: Log;
}

/** Callbacks sent at once: they wait for others far more than they work. */
const DELIVER_SLOTS = 16;
/** What the keeper does itself when the queue is away, per tick. */
const UNANNOUNCED = 2;

/** One worker process: consumers of both tickets, the renewal of leases, and the keeper. */
export class Worker {
  readonly #leases: Leases;
  readonly #renewal: Repeater;
  readonly #keeper: Repeater;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(private readonly options: WorkerOptions) {
    const { schedule, id, log } = options;
    const failed = (moment: string) => (error: unknown) => {
      log.warn(`${moment} failed`, { worker: id, error: messageOf(error) });
    };
    this.#leases = new Leases(schedule, id);
    this.#renewal = new Repeater(RENEW_EVERY_MS, () => this.#leases.renew(), failed('renew'));
    this.#keeper = new Repeater(KEEP_EVERY_MS, () => this.#keep(), failed('keep'));
  }

  start(): void {
    const { queue, concurrency } = this.options;
    queue.consume('evaluate', { slots: concurrency, work: () => this.#track(this.#evaluateNext()) });
    queue.consume('deliver', { slots: DELIVER_SLOTS, work: () => this.#track(this.#deliverNext()) });
    this.#renewal.start();
    this.#keeper.start();
  }

  /** Takes nothing new, waits for what is in flight, then gives the rest back so that others go on at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#keeper.stop();
    await settled(this.#running, this.options.drainMs);
    await this.#renewal.stop();
    await this.#leases.giveBack();
    await settled(this.#running, this.options.drainMs);
  }

  async #evaluateNext(): Promise<boolean> {
    if (this.#stopping.signal.aborted) return false;
    const [lease] = await claim(this.options.schedule, { worker: this.options.id, slots: 1 });
    if (lease === undefined) return false;
    await this.#evaluate(lease);
    return true;
  }

  async #evaluate(lease: Lease): Promise<void> {
    const { log } = this.options;
    const fields = { organizationId: lease.organizationId, taskResultId: lease.taskResultId, attempt: lease.attempt };
    log.info('claimed', fields);
    const signal = this.#leases.hold(lease);
    try {
      const answer = await evaluate(this.options, lease, signal);
      log.info(answer.kind === 'stale' ? 'lease lost' : 'decided', fields);
      this.#deliverDecided(answer);
    } catch (error) {
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
    const [turn] = await this.options.schedule.claimDeliveries(1);
    if (turn === undefined) return false;
    await this.#deliverDue(turn);
    return true;
  }

  #deliver(delivery: PendingDelivery): Promise<void> {
    return this.#logDelivery(delivery, deliver(this.options, delivery, new AbortController().signal));
  }

  #deliverDue(turn: DeliveryTurn): Promise<void> {
    return this.#logDelivery(turn, deliverDue(this.options, turn, new AbortController().signal));
  }

  async #logDelivery(turn: DeliveryTurn, delivering: Promise<Delivered | null>): Promise<void> {
    const { log } = this.options;
    const fields = { organizationId: turn.organizationId, deliveryId: turn.deliveryId };
    try {
      const delivered = await delivering;
      if (delivered === null) return;
      const { step, delivery } = delivered;
      const attempt = delivery.earlier.length + 1;
      const line = { ...fields, taskResultId: delivery.taskResultId, kind: delivery.kind, attempt, step: step.kind };
      if (step.kind === 'undeliverable') log.warn('undeliverable', { ...line, reason: step.reason });
      else log.info('delivery', line);
    } catch (error) {
      log.error('deliver failed', { ...fields, error: messageOf(error) });
    }
  }

  async #keep(): Promise<void> {
    const { decidedLate, expired, keys, turns, unannounced, errors } = await keep(this.options);
    const { log } = this.options;
    if (decidedLate > 0 || expired > 0) log.warn('kept', { decidedLate, expired });
    for (const key of keys) logKey(log, key);
    for (const error of errors) log.error('keep failed', { error: messageOf(error) });
    for (const turn of turns) void this.#track(this.#deliverDue(turn));
    for (let i = 0; i < UNANNOUNCED; i++) {
      if (unannounced.evaluate) void this.#track(this.#evaluateNext().catch(() => false));
      if (unannounced.deliver) void this.#track(this.#deliverNext().catch(() => false));
    }
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

async function settled(running: ReadonlySet<Promise<unknown>>, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([Promise.allSettled([...running]), timeout]);
  clearTimeout(timer);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function logKey(log: Log, { organizationId, runTaskId, fingerprint, became }: KeyTurn): void {
  const line = { organizationId, runTaskId, fingerprint };
  if (became === 'retired') log.info('HMAC key retired', line);
  if (became === 'extended') log.warn('HMAC key kept longer: no request has used the newer one', line);
}
