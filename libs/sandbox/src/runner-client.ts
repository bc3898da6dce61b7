import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  INPUT_LIMIT,
  ISOLATION_LEVELS,
  type Assignment,
  type CheckEnd,
  type CheckFailure,
  type CheckRunner,
  type IsolationLevel,
  type Log,
} from '@rungate/run-task';
import type { PluginManifest } from '@rungate/checks';
import { SandboxError } from './errors.js';
import { REQUEST_LINE_LIMIT, START_WAIT_MS, backOffMs } from './limits.js';
import { findTools } from './runner/isolation.js';
import { runnerEntry } from './runner-entry.js';
import type { RunnerAssignment, RunnerReply, RunnerSettings } from './runner-messages.js';
import type { LinkEvents, RunnerLink } from './runner-link.js';
import { ProcessLink } from './link-process.js';
import { SocketLink } from './link-socket.js';
import { refuseInspector } from './signals.js';

/** How much may run at once, with how much memory and time. */
export interface RunnerOptions {
  /** Assignments at once; default 2. */
  readonly poolSize?: number | undefined;
  /** Memory of one check, mebibytes; default 512. */
  readonly memoryMb?: number | undefined;
  /** Longest time to read and mask one plan, seconds; default 300. */
  readonly maskTimeoutSeconds?: number | undefined;
  /** Where the plans of running assignments lie; default the system's directory for temporary files. */
  readonly directory?: string | undefined;
  /** A Unix socket on which workers of other processes are served too; default none. */
  readonly listen?: string | undefined;
  /** The strongest level to try; default `full`: for tests. */
  readonly strongest?: IsolationLevel | undefined;
  /** A directory with a folder for each plugin of others; default none. */
  readonly pluginsDir?: string | undefined;
  /** The weakest level at which plugins of others run; default `full`. */
  readonly acceptOthersAt?: IsolationLevel | undefined;
  readonly log?: Log | undefined;
}

/** The runner as a worker sees it. */
export interface Runner extends CheckRunner {
  /** How much checks are held back; null until the runner is ready. */
  readonly level: IsolationLevel | null;
  /** Why the level is not `full`, one sentence with a remedy; null at `full`, and until the runner is ready. */
  readonly shortfall: string | null;
  /** The plugins of others that checks may use, as of the last time that the runner became ready. */
  readonly plugins: readonly PluginManifest[];
  /** Process id of the runner; null while there is none. */
  readonly pid: number | null;
  /** Resolves once the runner takes assignments. @throws SandboxError `start_failed` after 15 s */
  ready(): Promise<IsolationLevel>;
  /** Ends the runner and all its children; assignments that run end as `aborted`. */
  close(): Promise<void>;
}

/**
 * Starts the runner: a process of its own, with an empty environment. One that ends is started again, after a growing
 * wait; its assignments end as `crashed`. @throws SandboxError `not_built`
 */
export function startRunner(options: RunnerOptions = {}): Runner {
  refuseInspector();
  const entry = runnerEntry();
  const tools = findTools();
  const settings = settingsOf(options);
  return new RunnerClient((events) => new ProcessLink({ entry, settings, tools }, events), options.log ?? null);
}

/** Uses a runner of its own, over its Unix socket; waits for it, and comes back to it, whenever it is away. */
export function connectRunner({ socket, log }: { readonly socket: string; readonly log?: Log | undefined }): Runner {
  refuseInspector();
  return new RunnerClient((events) => new SocketLink(socket, events), log ?? null);
}

function settingsOf(options: RunnerOptions): RunnerSettings {
  return {
    poolSize: options.poolSize ?? 2,
    memoryMb: options.memoryMb ?? 512,
    maskTimeoutMs: (options.maskTimeoutSeconds ?? 300) * 1_000,
    // Node's permission model follows no symbolic link.
    directory: realpathSync(options.directory ?? tmpdir()),
    listen: options.listen ?? null,
    strongest: options.strongest ?? 'full',
    pluginsDir: options.pluginsDir ?? null,
    acceptOthersAt: options.acceptOthersAt ?? 'full',
  };
}

interface Pending {
  readonly assignment: Assignment;
  readonly signal: AbortSignal;
  /** Checks that have ended. */
  count: number;
  readonly ended: (end: CheckEnd) => void;
  readonly done: () => void;
}

interface HandedBack {
  readonly assignment: Assignment;
  readonly parts: Buffer[];
}

class RunnerClient implements Runner {
  level: IsolationLevel | null = null;
  shortfall: string | null = null;
  plugins: readonly PluginManifest[] = [];
  private described: PluginManifest[] = [];
  private lastLevel: IsolationLevel | null = null;
  private lastErrors: string | null = null;
  private readonly pending = new Map<number, Pending>();
  /** Masked plans that are handed back once their assignments are done. */
  private readonly handedBack = new Map<number, HandedBack>();
  private readonly waiting = new Set<(level: IsolationLevel | null) => void>();
  private link: RunnerLink | null = null;
  private lastId = 0;
  private failures = 0;
  private isClosed = false;
  private isOver: () => void = () => undefined;

  constructor(
    private readonly open: (events: LinkEvents) => RunnerLink,
    private readonly log: Log | null,
  ) {
    this.start();
  }

  get pid(): number | null {
    return this.link?.pid ?? null;
  }

  async ready(): Promise<IsolationLevel> {
    if (this.isClosed) throw new SandboxError('closed', 'The runner is closed.');
    const level = this.level ?? (await this.becomesReady());
    if (level === null) throw new SandboxError('start_failed', 'The runner did not start: see the log for its errors.');
    return level;
  }

  async run(assignment: Assignment, ended: (end: CheckEnd) => void, signal: AbortSignal): Promise<void> {
    const id = ++this.lastId;
    const done = new Promise<void>((resolve) => {
      this.pending.set(id, { assignment, signal, count: 0, ended, done: resolve });
    });
    const abort = (): void => {
      this.link?.abort(id);
    };
    signal.addEventListener('abort', abort, { once: true });
    await this.submit(id, assignment, signal);
    await done;
    signal.removeEventListener('abort', abort);
    await assignment.plan?.dispose();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const id of [...this.pending.keys()]) this.abandon(id, 'aborted', 'The worker ends.');
    for (const wake of this.waiting) wake(null);
    if (this.link === null) return;
    const over = new Promise<void>((resolve) => (this.isOver = resolve));
    this.link.leave();
    await over;
  }

  private async submit(id: number, assignment: Assignment, signal: AbortSignal): Promise<void> {
    const level = this.isClosed ? null : (this.level ?? (await this.becomesReady()));
    if (signal.aborted) {
      this.abandon(id, 'aborted', 'The check was stopped before it started.');
      return;
    }
    if (level === null) {
      this.abandon(id, 'spawn', 'The sandbox could not be started.');
      return;
    }
    const sent = toRunnerAssignment(assignment);
    if (Buffer.byteLength(JSON.stringify(sent)) > REQUEST_LINE_LIMIT) {
      this.abandon(id, 'config_invalid', 'The configurations of the checks are too large for the sandbox.');
      return;
    }
    if (sent.handBack) this.handedBack.set(id, { parts: [], assignment });
    this.link?.run(id, { assignment: sent, plan: assignment.plan });
  }

  private becomesReady(): Promise<IsolationLevel | null> {
    return new Promise((resolve) => {
      const wake = (level: IsolationLevel | null): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve(level);
      };
      const timer = setTimeout(() => {
        wake(null);
      }, START_WAIT_MS);
      this.waiting.add(wake);
    });
  }

  private start(): void {
    if (this.isClosed) return;
    this.link = this.open({
      reply: (reply) => {
        this.take(reply);
      },
      lost: (id) => {
        this.lost(id);
      },
      gone: (errors) => {
        this.gone(errors);
      },
    });
  }

  private lost(id: number): void {
    this.handedBack.delete(id);
    if (this.pending.get(id)?.signal.aborted === true) this.abandon(id, 'aborted', 'The check was stopped.');
    else this.abandon(id, 'sandbox_lost', 'The sandbox ended while the check ran.');
  }

  private take(reply: RunnerReply): void {
    if (reply.kind === 'ready') this.becameReady(reply);
    else if (reply.kind === 'plugin') this.described.push(reply.manifest);
    else if (reply.kind === 'plugin_refused') {
      this.log?.error('plugin refused', { folder: reply.folder, reason: reply.reason });
    } else if (reply.kind === 'masked_part' || reply.kind === 'masked') this.takeMasked(reply);
    else this.takeEnd(reply);
  }

  private takeEnd(reply: Extract<RunnerReply, { kind: 'ended' | 'done' }>): void {
    const pending = this.pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.kind === 'done') this.settle(reply.id, pending);
    // The runner answers in order, and names nothing that was not asked.
    else if (pending.assignment.checks[pending.count]?.name !== reply.end.check) this.link?.kill();
    else this.pass(pending, reply.end);
  }

  private becameReady({ level, shortfall }: Extract<RunnerReply, { kind: 'ready' }>): void {
    const { log } = this;
    const before = this.lastLevel;
    this.level = level;
    this.lastLevel = level;
    this.lastErrors = null;
    this.shortfall = shortfall;
    this.plugins = this.described;
    this.described = [];
    if (before !== null && ISOLATION_LEVELS.indexOf(level) > ISOLATION_LEVELS.indexOf(before)) {
      log?.error('checks are isolated less than before', { isolation: level, before, shortfall });
    } else if (level !== before) {
      log?.info('checks are isolated', { isolation: level, shortfall });
    }
    if (this.plugins.length > 0 && level !== 'full') {
      log?.warn('plugins of others run below the level full', {
        isolation: level,
        plugins: this.plugins.length,
        shortfall,
      });
    }
    for (const wake of [...this.waiting]) wake(level);
  }

  private pass(pending: Pending, end: CheckEnd): void {
    pending.count++;
    this.failures = 0;
    pending.ended(end);
  }

  private takeMasked(reply: Extract<RunnerReply, { kind: 'masked_part' | 'masked' }>): void {
    const handedBack = this.handedBack.get(reply.id);
    if (handedBack === undefined) return;
    const { assignment, parts } = handedBack;
    if (reply.kind === 'masked_part') {
      parts.push(Buffer.from(reply.data, 'base64'));
      const bytes = parts.reduce((sum, part) => sum + part.length, 0);
      // No runner says so much.
      if (bytes > INPUT_LIMIT) this.handedBack.delete(reply.id);
      return;
    }
    this.handedBack.delete(reply.id);
    if (reply.is === 'left_out') return;
    const gzip = reply.is === 'whole' ? Buffer.concat(parts) : null;
    assignment.masked?.({ gzip, changes: reply.changes });
  }

  private settle(id: number, pending: Pending): void {
    if (pending.count < pending.assignment.checks.length) {
      this.abandon(id, 'sandbox_lost', 'The sandbox lost the check.');
      return;
    }
    this.pending.delete(id);
    pending.done();
  }

  /** Ends every check of an assignment that has not ended. */
  private abandon(id: number, reason: CheckFailure, detail: string): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    for (const { name } of pending.assignment.checks.slice(pending.count)) {
      pending.ended({ kind: 'errored', check: name, reason, detail, durationMs: 0, isolation: null, log: [] });
    }
    pending.done();
  }

  private gone(errors: string): void {
    const wasReady = this.level !== null;
    this.level = null;
    this.link = null;
    this.handedBack.clear();
    this.described = [];
    if (this.isClosed) {
      this.isOver();
      return;
    }
    this.failures++;
    // One that stays away is said once.
    if (wasReady || errors !== this.lastErrors) {
      this.log?.error('runner_ended', { wasReady, assignments: this.pending.size, errors });
    }
    this.lastErrors = errors;
    for (const id of [...this.pending.keys()]) {
      if (wasReady) this.abandon(id, 'sandbox_lost', 'The sandbox ended while the check ran.');
    }
    setTimeout(() => {
      this.start();
    }, backOffMs(this.failures)).unref();
  }
}

/** Only what checks may see and the runner needs: no token, no URL. */
function toRunnerAssignment({ run, checks, plan, masked }: Assignment): RunnerAssignment {
  return {
    run,
    handBack: plan !== null && masked !== undefined,
    checks: checks.map(({ name, use, timeoutSeconds, config, when }) => ({
      name,
      use,
      timeoutMs: timeoutSeconds * 1_000,
      config: { ...config },
      changes: when?.changes ?? null,
    })),
  };
}
