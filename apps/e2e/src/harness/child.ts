import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { CHECKOUT } from './checkout.js';
import { onCleanup } from './cleanup.js';
import { descendantsOf, isRunning, type ProcessIdentity } from './process-tree.js';
import { until } from './until.js';

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SAMPLE_EVERY_MS = 150;
const EXIT_WITHIN_MS = 60_000;
const LEFT_WITHIN_MS = 10_000;

/** A Node process of ours with everything it says, and every process that it was seen to start. */
export class Child {
  readonly #process: ChildProcess;
  readonly #exit: Promise<Exit>;
  readonly #seen = new Map<string, ProcessIdentity>();
  #stdout = '';
  #stderr = '';

  /** Nothing of this process' own environment reaches it but PATH. */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(process.execPath, [...args], {
      cwd: CHECKOUT,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#exit = once(this.#process, 'close').then(() => ({
      code: this.#process.exitCode,
      signal: this.#process.signalCode,
    }));
    const sampling = setInterval(() => {
      this.#sample();
    }, SAMPLE_EVERY_MS);
    void this.#exit.finally(() => {
      clearInterval(sampling);
    });
    onCleanup(() => this.#endAll());
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Null while it runs. */
  get exit(): Exit | null {
    const { exitCode: code, signalCode: signal } = this.#process;
    return code === null && signal === null ? null : { code, signal };
  }

  /** How it ends by itself. */
  async ended(): Promise<Exit> {
    await until(`process ${this.pid} to end`, EXIT_WITHIN_MS, () => this.exit);
    return this.#exit;
  }

  /** Sends a signal and resolves with how it ended. */
  async stop(signal: NodeJS.Signals): Promise<Exit> {
    this.#sample();
    this.#process.kill(signal);
    return this.ended();
  }

  /** Processes that it was seen to start and that run now. */
  descendants(): readonly ProcessIdentity[] {
    this.#sample();
    return [...this.#seen.values()].filter(isRunning);
  }

  /** What is left of its processes once they had time to notice that it ended. */
  async leftovers(): Promise<readonly ProcessIdentity[]> {
    await until('its processes to end', LEFT_WITHIN_MS, () => (this.descendants().length === 0 ? true : null)).catch(
      () => undefined,
    );
    return this.descendants();
  }

  #sample(): void {
    for (const found of descendantsOf(this.pid)) this.#seen.set(`${found.pid} ${found.startedAt}`, found);
  }

  /** SIGQUIT first: a Postgres that is killed leaves shared memory behind. */
  async #endAll(): Promise<void> {
    this.#sample();
    if (this.exit === null) this.#process.kill('SIGKILL');
    await this.#exit;
    for (const { pid } of this.descendants()) signalIfThere(pid, 'SIGQUIT');
    for (const { pid } of await this.leftovers()) signalIfThere(pid, 'SIGKILL');
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
