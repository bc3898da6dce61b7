import {
  KEEP_EVERY_MS,
  RENEW_EVERY_MS,
  claim,
  deliver,
  deliverDue,
  deliverTurn,
  evaluate,
  keep,
  nextDelivery,
  Traffic,
  type CallbackSender,
  type CheckRunner,
  type Clock,
  type DeliverPorts,
  type DeliveryTurn,
  type Lease,
  type Queue,
  type ScheduleStore,
  type TaskStore,
  type TicketKind,
} from '../src/index.js';
import { FakePlans } from './outside.js';
import type { Timeline } from './timeline.js';

/** Whether a process lives; it may die before or after each of its calls to the outside. */
export class Life {
  isOver = false;

  /**
   * @param dies is asked before and after each call.
   * @param died is called once.
   */
  constructor(
    private readonly dies: () => boolean,
    private readonly died: () => void = () => undefined,
  ) {}

  /** The same port in the hands of a process that may die: a dead one gets no answer, and does nothing more. */
  mortal<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (...args: unknown[]) => this.#call(target, member, args) : member;
      },
    });
  }

  async #call(target: object, member: unknown, args: unknown[]): Promise<unknown> {
    await this.#survive();
    const answer: unknown = await Reflect.apply(member as (...all: unknown[]) => unknown, target, args);
    await this.#survive();
    return answer;
  }

  #survive(): Promise<void> {
    if (!this.isOver && this.dies()) {
      this.isOver = true;
      this.died();
    }
    return this.isOver ? new Promise(() => undefined) : Promise.resolve();
  }
}

/** What simulated workers share. */
export interface WorkerWorld {
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly random: () => number;
  readonly schedule: ScheduleStore;
  readonly tasks: TaskStore;
  readonly callbacks: CallbackSender;
  readonly runner: CheckRunner;
  readonly queue: Queue;
}

const SLOTS = 2;

/** What a worker process does, in virtual time: work on tickets, renewal of leases, the keeper. */
export class SimulatedWorker {
  readonly #held = new Map<Lease, AbortController>();
  readonly #world: WorkerWorld;
  readonly #traffic = new Traffic();

  constructor(
    private readonly id: string,
    private readonly life: Life,
    world: WorkerWorld,
  ) {
    const { schedule, tasks, callbacks } = world;
    const mortal = <T extends object>(port: T): T => life.mortal(port);
    this.#world = { ...world, schedule: mortal(schedule), tasks: mortal(tasks), callbacks: mortal(callbacks) };
    this.#every(KEEP_EVERY_MS, () => this.#keep());
    this.#every(RENEW_EVERY_MS, () => this.#renew());
  }

  /** A ticket has come. */
  async take(kind: TicketKind): Promise<void> {
    if (kind === 'deliver') return this.#deliverNext();
    if (this.#held.size >= SLOTS) return;
    const [lease] = await claim(this.#world.schedule, { worker: this.id, slots: 1 });
    if (lease !== undefined) await this.#evaluate(lease);
  }

  async #evaluate(lease: Lease): Promise<void> {
    const stop = new AbortController();
    this.#held.set(lease, stop);
    const ports = { ...this.#world, plans: new FakePlans(), catalogue: { needsPlan: () => true } };
    const answer = await evaluate(ports, lease, stop.signal);
    this.#held.delete(lease);
    if (answer.kind !== 'decided') return;
    await deliver(this.#ports(), answer.delivery, new AbortController().signal);
  }

  async #deliverNext(): Promise<void> {
    const turn = await nextDelivery({ ...this.#ports(), schedule: this.#world.schedule });
    if (turn === null) return;
    // A turn that is worked on twice sends the verdict twice, and nothing worse.
    const twice = this.#world.random() < 0.1;
    await Promise.all([this.#deliverDue(turn), ...(twice ? [this.#deliverDue(turn)] : [])]);
  }

  async #deliverDue(turn: DeliveryTurn): Promise<void> {
    await deliverDue(this.#ports(), turn, new AbortController().signal);
  }

  #ports(): DeliverPorts {
    return { ...this.#world, traffic: this.#traffic, timeScale: 1 };
  }

  async #keep(): Promise<void> {
    const { turns, unannounced } = await keep({ ...this.#world, timeScale: 1 });
    for (const turn of turns) void deliverTurn(this.#ports(), turn, new AbortController().signal);
    if (unannounced.evaluate > 0) void this.take('evaluate');
    if (unannounced.deliver > 0) void this.take('deliver');
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.keys()];
    const lost = await this.#world.schedule.renew(this.id, held);
    for (const [lease, stop] of this.#held) if (lost.includes(lease.taskResultId)) stop.abort();
  }

  #every(ms: number, work: () => Promise<void>): void {
    this.#world.timeline.after(ms, () => {
      if (this.life.isOver) return;
      void work();
      this.#every(ms, work);
    });
  }
}
