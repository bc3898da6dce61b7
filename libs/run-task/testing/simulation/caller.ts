import type {
  CallbackAnswer,
  CallbackDocument,
  CallbackRequest,
  CallbackSender,
  DeadlineProfile,
} from '../../src/index.js';
import type { SeenCallback } from '../history.js';
import type { SimulatedProcess } from './process.js';
import type { Story } from './story.js';
import type { Timeline } from './timeline.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SENDER_TIMEOUT = 15 * SECOND;
/** From so long before its deadline on, a caller that is there answers quickly and well. */
const REACHABLE_BEFORE = 31 * SECOND;

/** How a caller takes callbacks: most take them; the others refuse, each in its own way, and are not expected to hear. */
export type Temper = 'takes' | 'wants_less' | 'expired' | 'gone' | 'invalid' | 'redirects';

/** A task result as its caller sees it. */
export interface CallerTask {
  readonly url: string;
  readonly accessToken: string;
  readonly profile: DeadlineProfile;
  readonly temper: Temper;
  /** What it answers once it is over: 409 by the published API, and what other versions were seen to do. */
  readonly statusAfter: number;
  /** When it began to wait. */
  readonly calledAt: number;
  progressBy: number;
  readonly finalBy: number;
  /** Whether it refused a verdict, so that nothing more is promised. */
  hasRefused: boolean;
  readonly callbacks: SeenCallback[];
}

/** When nothing arrives, milliseconds since the epoch. */
export interface CallerOutage {
  readonly from: number;
  readonly until: number;
}

/** What surrounds the callers. */
export interface CallerWorld {
  readonly timeline: Timeline;
  readonly random: () => number;
  /** The deadline that the platform knows of; infinite when it knows nothing of the task result. */
  knownDeadline(url: string): number;
  readonly story: Story;
}

/** Terraforms that wait for callbacks: slow, sometimes away, and some of their answers are lost. */
export class SimulatedCaller {
  /** By callback URL. */
  readonly tasks = new Map<string, CallerTask>();
  readonly violations: { readonly code: string; readonly taskResultId: string | null }[] = [];

  constructor(
    private readonly world: CallerWorld,
    private readonly outage: CallerOutage,
  ) {}

  /** A caller begins to wait. */
  call(
    url: string,
    { accessToken, profile }: { readonly accessToken: string; readonly profile: DeadlineProfile },
  ): void {
    const { now } = this.world.timeline;
    const finalBy = now + (profile === 'rolling' ? 60 : 10) * MINUTE;
    const [temper, statusAfter] = [this.#temper(), this.#statusAfter()];
    const progressBy = now + 10 * MINUTE;
    this.tasks.set(url, {
      ...{ url, accessToken, profile, temper, statusAfter, calledAt: now, progressBy, finalBy },
      hasRefused: false,
      callbacks: [],
    });
  }

  /** Whether someone still waits whose deadline comes within so many milliseconds. */
  isWaitingWithin(ms: number): boolean {
    const { now } = this.world.timeline;
    for (const task of this.tasks.values()) {
      if (now < deadlineOf(task) && now > this.#promisedBy(task) - ms && !task.callbacks.some(isFinal)) return true;
    }
    return false;
  }

  /**
   * By when an answer is promised: a `running` that was taken and whose answer was lost moved the caller's own deadline,
   * which nobody else can know.
   */
  #promisedBy(task: CallerTask): number {
    return Math.min(deadlineOf(task), this.world.knownDeadline(task.url));
  }

  /** The way to the callers for one process. Bytes that have left arrive, whatever becomes of it. */
  sender(process: SimulatedProcess): CallbackSender {
    return { send: (request) => this.#send(process, request) };
  }

  async #send(process: SimulatedProcess, request: CallbackRequest): Promise<CallbackAnswer> {
    // The time of an attempt counts from the call, and nothing leaves when it has passed: a process may stand still here.
    const begin = this.world.timeline.now;
    await process.running();
    if (this.world.timeline.now - begin >= SENDER_TIMEOUT) return tooSlow(false);
    const latency = this.#latency(request.url);
    const hasLeft = this.world.random() < 0.5;
    await this.world.timeline.sleep(latency);
    if (!hasLeft) await process.running();
    // The sender's timer is looked at before anything else when a process goes on.
    const answer =
      this.world.timeline.now - begin < SENDER_TIMEOUT ? await this.#answer(request, latency) : tooSlow(false);
    await process.running();
    return this.world.timeline.now - begin < SENDER_TIMEOUT + SECOND ? answer : tooSlow(true);
  }

  async #answer(request: CallbackRequest, latency: number): Promise<CallbackAnswer> {
    const task = this.tasks.get(request.url);
    if (task === undefined) {
      this.#note('unknown_address', null);
      return status(404);
    }
    const isClose = this.world.timeline.now >= this.#promisedBy(task) - REACHABLE_BEFORE;
    if (this.#isAway(isClose)) return this.#unreachable(latency);
    const mood = isClose ? 1 : this.world.random();
    if (mood < 0.1) return status(UNWELL[Math.floor(mood * 100) % UNWELL.length] ?? 503);
    if (mood < 0.14) return status(429, this.world.random() < 0.5 ? 5 * SECOND : 60 * MINUTE);
    if (mood < 0.16) return { kind: 'no_answer', cause: 'reset', sent: true, detail: 'the connection was reset' };
    const answer = this.#arrive(task, request);
    if (mood >= 0.28) return answer;
    await this.world.timeline.sleep(SENDER_TIMEOUT - latency);
    return tooSlow(true);
  }

  #arrive(task: CallerTask, { accessToken, callback }: CallbackRequest): CallbackAnswer {
    const { now } = this.world.timeline;
    const said = callback.data.attributes.status;
    if (accessToken !== task.accessToken) this.#note('wrong_token', task.url);
    const refusal = refusalOf(task, callback);
    this.world.story.tell('caller', `${said} arrives for ${task.url}: ${refusal ?? 'taken'}`);
    if (refusal !== null) {
      task.hasRefused ||= said !== 'running' && refusal !== 413;
      return status(refusal);
    }
    const isOver = now >= deadlineOf(task) || task.callbacks.some(isFinal);
    task.callbacks.push({ at: now, status: said, body: JSON.stringify(callback), applied: !isOver });
    if (isOver) return status(task.statusAfter);
    if (said === 'running' && task.profile === 'rolling') task.progressBy = now + 10 * MINUTE;
    return status(200);
  }

  #note(code: string, taskResultId: string | null): void {
    this.violations.push({ code, taskResultId });
  }

  async #unreachable(latency: number): Promise<CallbackAnswer> {
    const chance = this.world.random();
    if (chance < 0.4) return noAnswer('refused', 'connection refused');
    if (chance < 0.5) return noAnswer('dns', 'no such host');
    if (chance < 0.55) return noAnswer('certificate', 'the certificate has expired');
    await this.world.timeline.sleep(SENDER_TIMEOUT - latency);
    return tooSlow(false);
  }

  #isAway(isClose: boolean): boolean {
    const { now } = this.world.timeline;
    const { from, until } = this.outage;
    return now >= from && now < until && (!isClose || until === Number.POSITIVE_INFINITY);
  }

  #latency(url: string): number {
    const task = this.tasks.get(url);
    const { now } = this.world.timeline;
    const isPatient = task !== undefined && now < this.#promisedBy(task) - REACHABLE_BEFORE - SENDER_TIMEOUT;
    return isPatient && this.world.random() < 0.05 ? this.world.random() * 14 * SECOND : this.world.random() * 1_500;
  }

  #temper(): Temper {
    const chance = this.world.random();
    if (chance < 0.88) return 'takes';
    return TEMPERS[Math.floor(this.world.random() * TEMPERS.length)] ?? 'takes';
  }

  #statusAfter(): number {
    const chance = this.world.random();
    if (chance < 0.7) return 409;
    return STATUSES_AFTER[Math.floor(this.world.random() * STATUSES_AFTER.length)] ?? 409;
  }
}

const TEMPERS: readonly Temper[] = ['wants_less', 'wants_less', 'expired', 'gone', 'invalid', 'redirects'];
const STATUSES_AFTER = [401, 404, 422];
const UNWELL = [500, 502, 503, 504, 408, 425];

/** The moment after which a caller no longer listens. */
export function deadlineOf({ progressBy, finalBy }: CallerTask): number {
  return Math.min(progressBy, finalBy);
}

function isFinal({ status: said }: SeenCallback): boolean {
  return said !== 'running';
}

function refusalOf({ temper }: CallerTask, { data }: CallbackDocument): number | null {
  switch (temper) {
    case 'takes':
      return null;
    case 'wants_less':
      return data.relationships === undefined ? null : 413;
    case 'expired':
      return 401;
    case 'gone':
      return 404;
    case 'invalid':
      return 422;
    case 'redirects':
      return 307;
  }
}

function status(code: number, retryAfterMs: number | null = null): CallbackAnswer {
  return { kind: 'status', status: code, retryAfterMs, title: null };
}

function noAnswer(cause: 'refused' | 'dns' | 'certificate', detail: string): CallbackAnswer {
  return { kind: 'no_answer', cause, sent: false, detail };
}

function tooSlow(sent: boolean): CallbackAnswer {
  return { kind: 'no_answer', cause: 'timeout', sent, detail: 'no answer within 15 s' };
}
