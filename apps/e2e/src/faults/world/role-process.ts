import { newDirectory } from '../../harness/checkout.js';
import type { Child, Exit } from '../../harness/child.js';
import { launchRungate } from '../../harness/rungate-process.js';
import { until } from '../../harness/until.js';

const READY_WITHIN_MS = 240_000;
const STARTED_WITHIN_MS = 45_000;

/** Name of a process of a world. */
export type RoleName = 'ingress' | 'api' | 'worker-1' | 'worker-2';

/** A `rungate serve` with one role, which can be killed and started again at its address. */
export class RoleProcess {
  #child: Child | null = null;
  #said = '';
  #isPaused = false;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #dataDir = newDirectory();

  constructor(
    readonly name: RoleName,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Starts it, unless it runs, and waits until it is ready. @throws Error with what it said when it ended before */
  start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    return this.#inTurn(() => this.#start(env));
  }

  /** As a supervisor does: again, when it ended because Postgres is away, or is not ready for long. */
  async #start(env: NodeJS.ProcessEnv): Promise<void> {
    if (this.isRunning) return;
    const roles = this.name.replace(/-\d$/, '');
    const options = { dataDir: this.#dataDir, env: { ...this.env, ...env } };
    let launchedAt = 0;
    await until(`${this.name} to be ready`, READY_WITHIN_MS, async () => {
      if (performance.now() - launchedAt > STARTED_WITHIN_MS) await this.#child?.stop('SIGKILL');
      if (!this.isRunning) {
        this.#replace(await launchRungate(['serve', '--roles', roles], options));
        launchedAt = performance.now();
      }
      return this.#child?.stdout.includes('Rungate is ready') === true ? true : null;
    }).catch((error: unknown) => {
      throw new Error(`${this.name} is not ready: ${this.said.slice(-2_000)}`, { cause: error });
    });
  }

  #replace(child: Child): void {
    this.#said = this.said;
    this.#child = child;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exit === null;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Everything that it said so far, also before it was started again. */
  get said(): string {
    return this.#said + (this.#child === null ? '' : textOf(this.#child));
  }

  kill(): Promise<void> {
    return this.#inTurn(async () => {
      this.resume();
      if (this.isRunning) await this.#child?.stop('SIGKILL');
    });
  }

  /** Asks it to stop in order, as a supervisor does; how it ended. */
  stop(): Promise<Exit | null> {
    return this.#inTurn(async () => {
      this.resume();
      return this.isRunning ? ((await this.#child?.stop('SIGTERM')) ?? null) : null;
    });
  }

  /** Takes the processor away from the process; those that it started go on. */
  pause(): void {
    if (!this.isRunning) return;
    process.kill(this.pid, 'SIGSTOP');
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    process.kill(this.pid, 'SIGCONT');
    this.#isPaused = false;
  }

  /** Starts and ends that are asked for at once happen one after another. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function textOf({ stdout, stderr }: Child): string {
  return `${stdout}${stderr}`;
}
