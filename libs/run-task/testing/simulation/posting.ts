import { createHash } from 'node:crypto';
import { accept, type Accepted, type Queue } from '../../src/index.js';
import { aCheck } from '../builders.js';
import type { AnsweredRequest } from '../history.js';
import { SimulatedProcess } from './process.js';
import { link } from './store-link.js';
import { changed, organizationOf, requestOf, type SimulatedOrganization, type SimulatedRequest } from './traffic.js';
import type { World } from './world.js';

const SECOND = 1_000;
/** Task results of the noisy organization in a crowd: a minute of work for all workers. */
const CROWD = 40;

/** Callers have given up by then; what comes later is a replay. */
export const REPLAYED_AFTER_MS = 30 * SECOND;

/** Names of the checks of every simulated run task. */
export const CHECKS: readonly string[] = ['guard', 'cost', 'tags'];

/** Organizations and their Terraforms, which post requests, some of them more than once. */
export class Posting {
  readonly organizations: readonly SimulatedOrganization[];
  readonly requests: SimulatedRequest[] = [];
  readonly answered: AnsweredRequest[] = [];
  #pending = 0;

  constructor(
    private readonly world: World,
    private readonly queue: Queue,
  ) {
    const { random } = world;
    const most = world.isCrowded ? 4 : 3;
    const organizations = Math.max(world.isCrowded ? 2 : 1, Math.ceil(random() * most));
    this.organizations = Array.from({ length: organizations }, (_, index) => organizationOf(index));
    for (const organization of this.organizations) this.#addRunTasks(organization);
    if (world.isCrowded) this.#planCrowd();
    else for (let number = 0, count = 2 + Math.floor(random() * 4); number < count; number++) this.#planAny(number);
  }

  /** Whether every caller has its answer, or has given up. */
  get isDone(): boolean {
    return this.#pending === 0;
  }

  #addRunTasks({ hooks }: SimulatedOrganization): void {
    const { random, store } = this.world;
    for (const hook of hooks) {
      const checks = CHECKS.map((name) => aCheck({ name, onError: random() < 0.3 ? 'skip' : 'fail' }));
      store.addRunTask(hook, { checks, onTimeout: random() < 0.5 ? 'passed' : 'failed' });
    }
  }

  /** Organizations that have no more than their share of work; they must not feel the one that has. */
  get quiet(): readonly string[] {
    return this.world.isCrowded ? this.organizations.slice(1).map(({ id }) => id) : [];
  }

  #planAny(number: number): void {
    const request = this.#plan(this.world.pick(this.organizations), number, this.world.random() * 30 * SECOND);
    this.#planReplays(request);
  }

  /** The first organization sends many at once, and each of the others one now and then. */
  #planCrowd(): void {
    const { random } = this.world;
    const [noisy, ...quiet] = this.organizations;
    if (noisy === undefined) return;
    for (let number = 0; number < CROWD; number++) this.#plan(noisy, number, random() * SECOND);
    for (const [index, organization] of quiet.entries()) {
      for (let turn = 0; turn < 2; turn++) {
        this.#plan(organization, CROWD + 2 * index + turn, (2 + 15 * turn + random() * 10) * SECOND);
      }
    }
  }

  #plan(organization: SimulatedOrganization, number: number, inMs: number): SimulatedRequest {
    const { caller, random, timeline } = this.world;
    const request = requestOf(organization, this.world.pick(organization.hooks), number);
    const { accessToken, hook } = request;
    this.requests.push(request);
    this.#pending += 1;
    timeline.after(inMs, () => {
      caller.call(request.callbackUrl, { accessToken, profile: hook.deadlineProfile });
      if (random() < 0.1) void this.#postOnce(request);
      void this.#post(request);
    });
    return request;
  }

  /** The same again, or with another body, soon or long after; and with the signature of another organization. */
  #planReplays(request: SimulatedRequest): void {
    const chance = this.world.random();
    if (chance < 0.1) this.#replay(request);
    else if (chance < 0.15) this.#replay(changed(request));
    else if (chance < 0.2) {
      const other = this.world.pick(this.organizations);
      if (other !== request.organization) this.#replay({ ...request, hook: this.world.pick(other.hooks) });
    }
  }

  #replay(request: SimulatedRequest): void {
    const { random, timeline } = this.world;
    timeline.after(REPLAYED_AFTER_MS + random() * 900 * SECOND, () => void this.#postOnce(request));
  }

  /** The caller posts until it has an answer, for 20 seconds at most: its deadline runs already. */
  async #post(request: SimulatedRequest): Promise<void> {
    for (let tries = 0; tries < 8; tries++) {
      if (await this.#postOnce(request)) break;
      await this.world.timeline.sleep(SECOND / 2);
    }
    this.#pending -= 1;
  }

  async #postOnce(request: SimulatedRequest): Promise<boolean> {
    const { random, timeline } = this.world;
    const accepting = this.#accept(request).catch(() => null);
    const answer = await Promise.race([accepting, timeline.sleep(2 * SECOND)]);
    const isLost = random() < 0.2;
    if (isLost || (answer?.kind !== 'recorded' && answer?.kind !== 'duplicate')) return false;
    if (answer.kind === 'duplicate' && !answer.sameBody) return true;
    const bodyHash = createHash('sha256').update(request.body).digest('hex');
    const { taskResultId } = request;
    this.answered.push({ taskResultId, status: 200, bodyHash });
    return true;
  }

  async #accept({ hook, body, signature }: SimulatedRequest): Promise<Accepted> {
    const ingress = new SimulatedProcess('ingress', this.world.timeline);
    const ports = {
      hooks: link(ingress, this.world).hooks,
      ids: this.world.store.ids,
      callbackAllowed: (url: string, origin: string) =>
        url.startsWith(`${origin}/`) ? ({ ok: true } as const) : ({ ok: false, reason: 'off origin' } as const),
      openOrigins: { origins: [] },
      timeScale: 1,
    };
    const accepted = await accept(ports, { hookId: hook.hookId, rawBody: Buffer.from(body), signature });
    if (accepted.kind === 'recorded') await this.queue.issue('evaluate');
    return accepted;
  }
}
