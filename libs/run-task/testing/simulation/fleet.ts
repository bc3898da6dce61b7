import { after, type Clock, type Queue, type TicketKind } from '../../src/index.js';
import { FakePlans } from '../outside.js';
import { CALM, LONGEST_FREEZE, freezeFor } from './faults.js';

import { SimulatedProcess } from './process.js';
import { runnerOf } from './runner.js';
import { link } from './store-link.js';
import { workOf } from './work.js';
import { SimulatedWorker } from './worker.js';
import type { World } from './world.js';

const SECOND = 1_000;

/** The worker processes, which come back a while after they died, and the queue between them and ingress. */
export class Fleet implements Queue {
  readonly #workers = new Set<SimulatedWorker>();
  readonly #hasPoison: boolean;
  #everStarted = 0;

  constructor(private readonly world: World) {
    const { random } = world;
    this.#hasPoison = random() < 0.03;
    const workers = 1 + Math.floor(random() * 3);
    for (let index = 0; index < workers; index++) this.#start();
    if (world.isCrowded) return;
    this.#plan(2, (worker) => {
      if (world.isCalm(CALM + LONGEST_FREEZE)) return;
      world.story.tell(worker.process.name, 'stands still');
      worker.process.freeze(freezeFor(random));
    });
    this.#plan(1, (worker) => {
      world.story.tell(worker.process.name, 'is asked to stop');
      void worker.stop();
    });
  }

  /** Tickets are lost and doubled, and go to whoever is there. */
  issue(kind: TicketKind, delayMs = 0): Promise<boolean> {
    const { faults, queued, random, timeline } = this.world;
    if (faults.queueIsAway) return Promise.resolve(false);
    queued.push(JSON.stringify({ kind, delayMs }));
    const chance = random();
    const copies = chance < 0.2 ? 0 : chance < 0.3 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      timeline.after(delayMs + random() * 50, () => void this.#anyone()?.take(kind));
    }
    return Promise.resolve(true);
  }

  #start(): void {
    const { world } = this;
    this.#everStarted += 1;
    const process: SimulatedProcess = new SimulatedProcess(`worker-${this.#everStarted}`, world.timeline, () => {
      world.story.tell(process.name, 'dies');
      this.#workers.delete(worker);
      world.timeline.after(world.random() * 5 * SECOND, () => {
        this.#start();
      });
    });
    const callbacks = world.caller.sender(process);
    const stores = link(process, world);
    const worker = new SimulatedWorker(process, {
      ...(world.options.bug?.plantInProcess?.(stores, callbacks, world.store) ?? stores),
      timeline: world.timeline,
      clock: skewed(world),
      random: world.random,
      callbacks,
      plans: new FakePlans(),
      runner: runnerOf(process, {
        timeline: world.timeline,
        random: world.random,
        isBrisk: world.isCrowded,
        isPoison: (id, check) => this.#isPoison(id, check),
        started: ({ taskResultId }, check) => {
          world.ledger.startCheck(world.timeline.now, taskResultId, check);
        },
      }),
      queue: this,
      work: () => workOf(world.store.rows.values(), world.store.clock.now()),
      keeps: world.options.bug?.hasNoKeeper !== true,
      failed: (error) => {
        world.logged.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      },
    });
    this.#workers.add(worker);
  }

  /** One check of the first task result. */
  #isPoison(taskResultId: string, check: string): boolean {
    if (!this.#hasPoison || this.world.isCrowded || this.world.isCalm()) return false;
    return check === 'cost' && taskResultId === this.world.store.rows.keys().next().value;
  }

  #plan(most: number, fault: (worker: SimulatedWorker) => void): void {
    const { faults, random, timeline } = this.world;
    const count = Math.floor(random() * (most + 1));
    for (let index = 0; index < count; index++) {
      timeline.after(faults.moment(), () => {
        const worker = this.world.isCalm() ? null : this.#anyone();
        if (worker !== null) fault(worker);
      });
    }
  }

  #anyone(): SimulatedWorker | null {
    return this.#workers.size === 0 ? null : this.world.pick([...this.#workers]);
  }
}

/** Processes read the clock of the database over their own, which is never quite right. */
function skewed({ random, store }: World): Clock {
  const skewMs = (random() - 0.5) * 100;
  return { now: () => after(store.clock.now(), skewMs) };
}
