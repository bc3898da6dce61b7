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
  type Lease,
  type PlanSource,
  type QuarantineWatch,
  type Queue,
  type TicketKind,
  type Usage,
} from '../../src/index.js';
import { FakeQuarantineWatch } from '../quarantines.js';
import { HeldLeases } from './held-leases.js';
import type { SimulatedProcess } from './process.js';
import type { Stores } from './store-link.js';
import { NOTHING, type Timeline } from './timeline.js';
import type { Work } from './work.js';

/** What a simulated worker touches: all of it in the hands of its process. */
export interface WorkerPorts extends Stores {
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly random: () => number;
  readonly callbacks: CallbackSender;
  readonly plans: PlanSource;
  readonly runner: CheckRunner;
  readonly queue: Queue;
  /** What a keeper would find now; ticks that would find nothing are left out. */
  readonly work: () => Work;
  /** False for a worker without a keeper, which no product has. */
  readonly keeps: boolean;
  readonly failed: (error: unknown) => void;
}

const SLOTS = 2;
const DELIVER_SLOTS = 4;
const DRAIN_MS = 5_000;
/** Every so many ticks a keeper looks, though there is nothing to do: what it does is not all known here. */
const LOOKS_EVERY: Readonly<Record<Work, number>> = { none: 60, deliveries: 5, urgent: 1 };

/** What a worker process does, in virtual time: work on tickets, the renewal of leases, the keeper. */
export class SimulatedWorker {
  readonly #leases: HeldLeases;
  readonly #flow: WorkerPorts & {
    readonly traffic: Traffic;
    readonly timeScale: number;
    readonly catalogue: { needsPlan(): boolean };
    readonly quarantine: QuarantineWatch;
  };
  /** What ended since the claim before. */
  readonly #ended: Usage[] = [];
  readonly #busy = { evaluate: 0, deliver: 0 };
  #idleTicks = 0;
  #isStopping = false;

  constructor(
    readonly process: SimulatedProcess,
    private readonly ports: WorkerPorts,
  ) {
    this.#flow = {
      ...ports,
      traffic: new Traffic(),
      timeScale: 1,
      catalogue: { needsPlan: () => true },
      quarantine: new FakeQuarantineWatch(),
    };
    this.#leases = new HeldLeases(process, ports.schedule, ports.timeline);
    if (ports.keeps) this.#every(KEEP_EVERY_MS, () => (this.#isIdle() ? null : this.#keep()));
    this.#every(RENEW_EVERY_MS, () => (this.#leases.count === 0 ? null : this.#leases.renew()));
  }

  /** A ticket has come: works until nothing is due any more. */
  async take(kind: TicketKind): Promise<void> {
    await this.process.running();
    if (this.#busy[kind] >= (kind === 'evaluate' ? SLOTS : DELIVER_SLOTS)) return;
    this.#busy[kind] += 1;
    try {
      while (!this.#isStopping && (await (kind === 'evaluate' ? this.#evaluateNext() : this.#deliverNext())));
    } catch (error) {
      this.ports.failed(error);
    } finally {
      this.#busy[kind] -= 1;
    }
  }

  /** SIGTERM: takes nothing new, waits a little for what is under way, gives the rest back, and ends. */
  async stop(): Promise<void> {
    await this.process.running();
    this.#isStopping = true;
    await this.ports.timeline.sleep(DRAIN_MS);
    await this.process.running();
    await this.#leases.giveBack().catch(this.ports.failed);
    await this.ports.timeline.sleep(DRAIN_MS);
    await this.process.running();
    this.process.kill();
  }

  async #evaluateNext(): Promise<boolean> {
    const { schedule, timeline } = this.ports;
    const askedAt = timeline.now;
    const [lease] = await claim(schedule, { worker: this.process.name, slots: 1, ended: this.#ended.splice(0) });
    if (lease === undefined) return false;
    const startedAt = timeline.now;
    await this.#evaluate(lease, askedAt);
    const { organizationId, chargedMs } = lease;
    this.#ended.push({ organizationId, chargedMs, usedMs: timeline.now - startedAt });
    return true;
  }

  async #evaluate(lease: Lease, askedAt: number): Promise<void> {
    try {
      const answer = await this.#leases.under(lease, askedAt, (signal) => evaluate(this.#flow, lease, signal));
      if (answer.kind === 'decided') void this.#deliver(deliver(this.#flow, answer.delivery, NEVER_CUT));
    } catch (error) {
      this.ports.failed(error);
    }
  }

  async #deliverNext(): Promise<boolean> {
    const turn = await nextDelivery(this.#flow);
    if (turn === null) return false;
    // A turn that is worked on twice sends the same twice, and nothing worse.
    const times = this.ports.random() < 0.05 ? 2 : 1;
    const delivering = Array.from({ length: times }, () => this.#deliver(deliverDue(this.#flow, turn, NEVER_CUT)));
    await Promise.all(delivering);
    return true;
  }

  async #deliver(delivering: Promise<unknown>): Promise<void> {
    await delivering.catch(this.ports.failed);
  }

  async #keep(): Promise<void> {
    const { turns, unannounced, errors } = await keep(this.#flow);
    for (const error of errors) this.ports.failed(error);
    for (const turn of turns) void this.#deliver(deliverTurn(this.#flow, turn, NEVER_CUT));
    if (this.#isStopping) return;
    if (unannounced.evaluate > 0) void this.take('evaluate');
    if (unannounced.deliver > 0) void this.take('deliver');
  }

  #isIdle(): boolean {
    this.#idleTicks += 1;
    if (this.#idleTicks < LOOKS_EVERY[this.ports.work()]) return true;
    this.#idleTicks = 0;
    return false;
  }

  /** Never twice at once: the pause is counted from the end of a call. Null: there was nothing to do. */
  #every(ms: number, work: () => Promise<void> | null): void {
    const again = (): void => {
      this.#every(ms, work);
    };
    this.ports.timeline.after(ms, () => {
      if (this.process.isDead) return NOTHING;
      if (this.process.isFrozen) return void this.process.running().then(again);
      const working = work();
      if (working !== null) return void working.catch(this.ports.failed).then(again);
      again();
      return NOTHING;
    });
  }
}

const NEVER_CUT = new AbortController().signal;
