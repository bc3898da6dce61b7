import { spawn, type ChildProcess } from 'node:child_process';
import { RUNNER_LINE_LIMIT } from './limits.js';
import { parseLine, readLines } from './line-reader.js';
import { EMPTY_ENVIRONMENT } from './runner/environment.js';
import { dieWithParent, type Isolation } from './runner/isolation.js';
import { runnerReplySchema, type RunnerReply, type RunnerRequest, type RunnerSettings } from './runner-messages.js';

/** Of what the runner writes to standard error, characters that are kept. */
const ERROR_TAIL = 2_000;

/** What a runner process has to say. */
export interface RunnerEvents {
  reply(reply: RunnerReply): void;
  /** The process is gone; `errors` is the end of its standard error. */
  gone(errors: string): void;
}

/** The runner as a process: lines in, lines out, nothing of ours in its environment. */
export class RunnerProcess {
  private readonly process: ChildProcess;
  private errors = '';
  private isGone = false;

  constructor(
    entry: string,
    settings: RunnerSettings,
    isolation: Isolation,
    private readonly events: RunnerEvents,
  ) {
    const node = [process.execPath, '--no-warnings', '--disable-proto=delete', entry, JSON.stringify(settings)];
    const [program = '', ...args] = [...dieWithParent(isolation, 'TERM'), ...node];
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

  send(request: RunnerRequest): void {
    this.process.stdin?.write(`${JSON.stringify(request)}\n`);
  }

  /** Asks it to leave: it ends its children first. */
  leave(): void {
    this.process.stdin?.end();
  }

  kill(): void {
    this.process.kill('SIGKILL');
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
