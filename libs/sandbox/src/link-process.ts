import { spawn, type ChildProcess } from 'node:child_process';
import { RUNNER_LINE_LIMIT } from './limits.js';
import { parseLine, readLines } from './line-reader.js';
import { EMPTY_ENVIRONMENT } from './runner/environment.js';
import { dieWithParent, type Isolation } from './runner/isolation.js';
import type { LinkEvents, RunnerLink, SentAssignment } from './runner-link.js';
import { runnerReplySchema, type RunnerRequest, type RunnerSettings } from './runner-messages.js';

/** Of what the runner writes to standard error, characters that are kept. */
const ERROR_TAIL = 2_000;

/** What a runner is started from. */
export interface ProcessOptions {
  readonly entry: string;
  readonly settings: RunnerSettings;
  readonly tools: Isolation;
}

/** The runner as a process: lines in, lines out, nothing of ours in its environment. */
export class ProcessLink implements RunnerLink {
  private readonly process: ChildProcess;
  private errors = '';
  private isGone = false;

  constructor(
    { entry, settings, tools }: ProcessOptions,
    private readonly events: LinkEvents,
  ) {
    const node = [process.execPath, '--no-warnings', '--disable-proto=delete', entry, JSON.stringify(settings)];
    const [program = '', ...args] = [...dieWithParent(tools, 'TERM'), ...node];
    this.process = spawn(program, args, {
      cwd: '/',
      env: EMPTY_ENVIRONMENT,
      // A group of its own: Ctrl-C is for the worker, which lets its checks finish.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.listen();
  }

  get pid(): number | null {
    return this.process.pid ?? null;
  }

  run(id: number, { assignment, plan }: SentAssignment): void {
    this.send({ kind: 'run', id, assignment: { ...assignment, planPath: plan?.path ?? null } });
  }

  abort(id: number): void {
    this.send({ kind: 'abort', id });
  }

  /** Asks it to leave: it ends its children first. */
  leave(): void {
    this.process.stdin?.end();
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  private send(request: RunnerRequest): void {
    this.process.stdin?.write(`${JSON.stringify(request)}\n`);
  }

  private listen(): void {
    const { stdin, stdout, stderr } = this.process;
    stdin?.on('error', () => undefined);
    stderr?.on('error', () => undefined);
    stderr?.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-ERROR_TAIL);
    });
    if (stdout !== null) {
      readLines(stdout, {
        limit: RUNNER_LINE_LIMIT,
        line: (text) => {
          this.take(text);
        },
        tooLong: () => {
          this.kill();
        },
      });
    }
    this.process.on('error', (cause) => {
      this.errors ||= cause.message;
      this.over();
    });
    this.process.on('close', () => {
      this.over();
    });
  }

  private take(text: string): void {
    const reply = runnerReplySchema.safeParse(parseLine(text));
    if (reply.success) this.events.reply(reply.data);
    else this.kill();
  }

  private over(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.events.gone(this.errors);
  }
}
