import type { CallbackAnswer, CallbackRequest, CallbackSender, Clock, DeadlineProfile } from '../src/index.js';
import type { Timeline } from './timeline.js';

const MINUTE = 60_000;
const SENDER_TIMEOUT = 15_000;

/** A callback as it arrived. */
export interface Arrival {
  readonly status: string;
  readonly inTime: boolean;
}

/** A task result as the caller sees it. */
export interface CalledTask {
  readonly profile: DeadlineProfile;
  progressBy: number;
  readonly finalBy: number;
  readonly arrivals: Arrival[];
}

/** When and how the simulated caller answers. */
export interface CallerSettings {
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly random: () => number;
  /** When nothing arrives, milliseconds since the epoch. */
  readonly outage: { readonly from: number; readonly until: number };
}

/** A Terraform that waits for callbacks: slow, sometimes away, and some of its answers are lost. */
export class SimulatedCaller implements CallbackSender {
  /** By callback URL. */
  readonly tasks = new Map<string, CalledTask>();

  constructor(private readonly settings: CallerSettings) {}

  /** The caller begins to wait. */
  call(callbackUrl: string, profile: DeadlineProfile): void {
    const now = this.#now();
    const finalBy = now + (profile === 'rolling' ? 60 * MINUTE : 10 * MINUTE);
    this.tasks.set(callbackUrl, { profile, progressBy: now + 10 * MINUTE, finalBy, arrivals: [] });
  }

  async send({ url, callback }: CallbackRequest): Promise<CallbackAnswer> {
    const { timeline, random, outage } = this.settings;
    const latency = random() * 1_500;
    await timeline.sleep(latency);
    if (this.#now() >= outage.from && this.#now() < outage.until) return this.#unreachable(latency);
    if (random() < 0.1) return status(503);
    if (random() < 0.05) return status(429, random() < 0.5 ? 5_000 : 60 * MINUTE);
    const answer = this.#arrive(url, callback.data.attributes.status);
    if (random() >= 0.15) return answer;
    await timeline.sleep(SENDER_TIMEOUT - latency);
    return { kind: 'no_answer', cause: 'timeout', sent: true, detail: 'no answer within 15 s' };
  }

  #arrive(url: string, verdict: string): CallbackAnswer {
    const task = this.tasks.get(url);
    if (task === undefined) return status(404);
    const inTime = this.#now() < Math.min(task.progressBy, task.finalBy);
    const isOver = !inTime || task.arrivals.some((arrival) => arrival.status !== 'running');
    task.arrivals.push({ status: verdict, inTime });
    if (isOver) return status(409);
    if (verdict === 'running' && task.profile === 'rolling') task.progressBy = this.#now() + 10 * MINUTE;
    return status(200);
  }

  async #unreachable(latency: number): Promise<CallbackAnswer> {
    const { timeline, random } = this.settings;
    if (random() < 0.5) return { kind: 'no_answer', cause: 'refused', sent: false, detail: 'connection refused' };
    await timeline.sleep(SENDER_TIMEOUT - latency);
    return { kind: 'no_answer', cause: 'timeout', sent: false, detail: 'no connection within 15 s' };
  }

  #now(): number {
    return this.settings.clock.now().getTime();
  }
}

function status(code: number, retryAfterMs: number | null = null): CallbackAnswer {
  return { kind: 'status', status: code, retryAfterMs, title: null };
}
