import { createHmac } from 'node:crypto';
import {
  accept,
  after,
  isDecided,
  type Accepted,
  type CheckEnd,
  type Assignment,
  type CheckRunner,
  type DeadlineProfile,
  type TicketKind,
} from '../src/index.js';
import { HOOK_SECRET, aCheck, aFinding, aHook, aRequestBody, reported } from './builders.js';
import { InMemoryStore } from './in-memory-store.js';
import { seededRandom } from './random.js';
import type { Row } from './rows.js';
import { SimulatedCaller, type CalledTask } from './simulated-caller.js';
import { Life, SimulatedWorker } from './simulated-worker.js';
import { Timeline } from './timeline.js';

const SECOND = 1_000;
const TASK_RESULTS = 3;
const WORKERS = 2;
const CRASHES = 6;
/** Nobody dies later, so that there is somebody to deliver at the deadline. */
const CRASHES_END = 500 * SECOND;
const LIMIT = 61 * 60 * SECOND;

/** What became of one task result that was recorded. */
export interface Fate {
  readonly row: Row;
  readonly called: CalledTask;
}

/** One random schedule of the five moments: everything that happens follows from the seed. */
export class Simulation {
  readonly store = new InMemoryStore();
  readonly #random: () => number;
  readonly #timeline = new Timeline(this.store.clock);
  readonly #caller: SimulatedCaller;
  readonly #workers: SimulatedWorker[] = [];
  readonly #queueIsAway: boolean;
  /** Whether the caller can be reached at the end. */
  readonly reachable: boolean;
  readonly #begin = this.store.clock.now().getTime();
  /** Callback URLs of requests that were answered with 200. */
  readonly acknowledged = new Set<string>();
  #pendingRequests = TASK_RESULTS;
  #crashes = 0;
  #workersEver = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.reachable = this.#random() >= 0.03;
    this.#queueIsAway = this.#random() < 0.1;
    const { clock } = this.store;
    this.#caller = new SimulatedCaller({
      timeline: this.#timeline,
      clock,
      random: this.#random,
      outage: this.#outage(),
    });
    for (const [index, deadlineProfile] of (['rolling', 'fixed'] as const).entries())
      this.#addRunTask(index, deadlineProfile);
    for (let index = 0; index < WORKERS; index++) this.#startWorker();
    for (let index = 0; index < TASK_RESULTS; index++) {
      this.#timeline.after(this.#random() * 30 * SECOND, () => void this.#post(index));
    }
  }

  /** Runs to the end; resolves with the fate of everything that was recorded. */
  async run(): Promise<readonly Fate[]> {
    await this.#timeline.run(() => this.#isOver(), LIMIT);
    // What is still on its way arrives.
    await this.#timeline.run(() => false, 20 * SECOND);
    return [...this.store.rows.values()].map((row) => ({ row, called: this.#calledFor(row) }));
  }

  #isOver(): boolean {
    const rows = [...this.store.rows.values()];
    return (
      this.#pendingRequests === 0 &&
      rows.every(({ taskResult }) => isDecided(taskResult) && taskResult.state !== 'decided')
    );
  }

  #calledFor({ accepted }: Row): CalledTask {
    const called = this.#caller.tasks.get(accepted.request.grant.callbackUrl);
    if (called === undefined) throw new Error('recorded what nobody sent');
    return called;
  }

  #outage(): { from: number; until: number } {
    if (!this.reachable) return { from: 0, until: Number.POSITIVE_INFINITY };
    if (this.#random() < 0.7) return { from: 0, until: 0 };
    const from = this.#begin + this.#random() * 600 * SECOND;
    return { from, until: Math.min(from + this.#random() * 400 * SECOND, this.#begin + 555 * SECOND) };
  }

  #addRunTask(index: number, deadlineProfile: DeadlineProfile): void {
    const hook = aHook({
      hookId: `hook-${index}`,
      runTaskId: `run-task-${index}`,
      versionId: `version-${index}`,
      deadlineProfile,
    });
    const checks = ['guard', 'cost', 'tags'].map((name) =>
      aCheck({ name, onError: this.#random() < 0.3 ? 'skip' : 'fail' }),
    );
    this.store.addRunTask(hook, { checks, onTimeout: this.#random() < 0.5 ? 'passed' : 'failed' });
  }

  /** The caller posts until it has an answer. */
  async #post(index: number): Promise<void> {
    const callback = `https://app.terraform.io/api/v2/task-results/${index}/callback`;
    const body = JSON.stringify(
      aRequestBody({ task_result_id: `taskrs-${index}`, task_result_callback_url: callback }),
    );
    this.#caller.call(callback, index % 2 === 0 ? 'rolling' : 'fixed');
    for (let tries = 0; tries < 10; tries++) {
      const answer = await Promise.race([this.#accept(index, body), this.#timeline.sleep(2 * SECOND)]);
      const isLost = this.#random() < 0.2;
      if (isLost || (answer?.kind !== 'recorded' && answer?.kind !== 'duplicate')) continue;
      this.acknowledged.add(callback);
      break;
    }
    this.#pendingRequests -= 1;
  }

  async #accept(index: number, body: string): Promise<Accepted> {
    const ingress = new Life(() => this.#dies(0.1));
    const ports = {
      hooks: ingress.mortal(this.store.hooks),
      ids: this.store.ids,
      callbackAllowed: () => ({ ok: true }) as const,
      openOrigins: { origins: ['https://app.terraform.io'] },
      timeScale: 1,
    };
    const signature = createHmac('sha512', HOOK_SECRET).update(body).digest('hex');
    const accepted = await accept(ports, { hookId: `hook-${index % 2}`, rawBody: Buffer.from(body), signature });
    if (accepted.kind === 'recorded') await this.#issue('evaluate');
    return accepted;
  }

  #startWorker(): void {
    this.#workersEver += 1;
    const life: Life = new Life(
      () => this.#dies(0.01),
      () => {
        this.#workers.splice(this.#workers.indexOf(worker), 1);
        this.#timeline.after(this.#random() * 5 * SECOND, () => {
          this.#startWorker();
        });
      },
    );
    const { schedule, tasks, clock } = this.store;
    const worker = new SimulatedWorker(`worker-${this.#workersEver}`, life, {
      timeline: this.#timeline,
      clock,
      random: this.#random,
      schedule,
      tasks,
      callbacks: this.#caller,
      runner: this.#runner(),
      queue: { issue: (kind, delayMs) => this.#issue(kind, delayMs) },
    });
    this.#workers.push(worker);
  }

  #dies(probability: number): boolean {
    const now = this.store.clock.now();
    if (this.#crashes >= CRASHES || now > after(new Date(this.#begin), CRASHES_END)) return false;
    if (this.#random() >= probability) return false;
    this.#crashes += 1;
    return true;
  }

  /** Tickets are lost and doubled, and go to whoever is there. */
  #issue(kind: TicketKind, delayMs = 0): Promise<boolean> {
    if (this.#queueIsAway) return Promise.resolve(false);
    const chance = this.#random();
    const copies = chance < 0.2 ? 0 : chance < 0.3 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#timeline.after(delayMs + this.#random() * 50, () => {
        const worker = this.#workers[Math.floor(this.#random() * this.#workers.length)];
        void worker?.take(kind);
      });
    }
    return Promise.resolve(true);
  }

  /** Checks that are quick, slow, fail, end badly, or never end. */
  #runner(): CheckRunner {
    return {
      run: async (assignment, ended, signal) => {
        const stopped = new Promise<'stopped'>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve('stopped');
          });
        });
        for (const check of assignment.checks) {
          const isHanging = this.#random() < 0.003;
          const durationMs = this.#random() < 0.1 ? this.#random() * 300 * SECOND : this.#random() * 2 * SECOND;
          const slept = isHanging ? new Promise<void>(() => undefined) : this.#timeline.sleep(durationMs);
          if ((await Promise.race([slept, stopped])) === 'stopped') ended(errored(check, 'aborted'));
          else ended(this.#end(check));
        }
      },
    };
  }

  #end(check: Assignment['checks'][number]): CheckEnd {
    const chance = this.#random();
    if (chance < 0.05) return errored(check, 'crashed');
    return reported(check.name, chance < 0.3 ? [aFinding()] : []);
  }
}

function errored({ name }: Assignment['checks'][number], reason: 'aborted' | 'crashed'): CheckEnd {
  return {
    kind: 'errored',
    check: name,
    reason,
    detail: `the check was ${reason}`,
    durationMs: 1,
    isolation: null,
    log: [],
  };
}
