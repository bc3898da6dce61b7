import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  childReplySchema,
  type ChildReply,
  type CheckRequest,
  type DescribeRequest,
  type ListRequest,
  type MaskRequest,
  type ProbeRequest,
} from '../child-messages.js';
import { GRACE_MS, LOG_LINES, OUTPUT_LIMIT, REPLY_LIMIT, START_LIMIT_MS } from '../limits.js';
import { parseLine, readLines } from '../line-reader.js';
import type { ChildCommand } from './child-command.js';
import { causeOfDeath, type Death } from './death.js';
import { EMPTY_ENVIRONMENT } from './environment.js';

/** After the group was killed, its pipes close; what escaped the group may hold them. */
const CLOSE_LIMIT_MS = 200;

/** What became of a request: a reply, or the end of the child. */
export type ChildAnswer = { readonly kind: 'reply'; readonly reply: Answered } | ({ readonly kind: 'died' } & Death);

/** An answer, and what the child logged on the way to it. */
export type LoggedAnswer = ChildAnswer & { readonly log: readonly string[] };

/** A reply to a request. */
export type Answered = Exclude<ChildReply, { kind: 'ready' | 'logged' }>;
type Unnumbered<Request> = Request extends unknown ? Omit<Request, 'id'> : never;
type ChildRequest = Unnumbered<CheckRequest | DescribeRequest | ListRequest | MaskRequest | ProbeRequest>;

interface Turn {
  readonly id: number;
  readonly resolve: (answer: LoggedAnswer) => void;
  readonly log: string[];
  readonly timer: NodeJS.Timeout;
}

/**
 * One process that answers requests one by one. It leads a group of its own, so that whatever it starts ends with it.
 * All that it says is hostile: too much of it, or anything but the reply that is due, condemns it, and from then on
 * nothing that it says counts.
 */
export class Child {
  /** Requests that were put to it. */
  runs = 0;
  /** Whether it is ready, once that is known. */
  readonly ready: Promise<boolean>;
  /** Resolves when the process and its group are gone. */
  readonly gone: Promise<void>;
  private readonly process: ChildProcess;
  private readonly startTimer: NodeJS.Timeout;
  private becameReady: (ready: boolean) => void = () => undefined;
  private hasGone: () => void = () => undefined;
  private death: Death | null = null;
  private isOver = false;
  private turn: Turn | null = null;
  private lastId = 0;
  private outputBytes = 0;
  private output: Buffer[] = [];

  constructor(command: ChildCommand) {
    this.process = start(command);
    this.ready = new Promise((resolve) => (this.becameReady = resolve));
    this.gone = new Promise((resolve) => (this.hasGone = resolve));
    this.startTimer = setTimeout(() => {
      this.kill('start_timeout');
    }, START_LIMIT_MS);
    this.listen();
  }

  /** Whether it can take a request. */
  get isUsable(): boolean {
    return this.death === null && !this.isOver && this.turn === null;
  }

  /** Why it ended or will end; null while it lives. */
  get fate(): Death | null {
    return this.death;
  }

  /** Puts a request, and condemns the child when the answer takes longer than `timeoutMs`. */
  ask(request: ChildRequest, timeoutMs: number): Promise<LoggedAnswer> {
    if (this.death !== null) return Promise.resolve({ kind: 'died', ...this.death, log: [] });
    this.runs++;
    this.outputBytes = 0;
    this.output = [];
    const id = ++this.lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end('timeout');
      }, timeoutMs);
      this.turn = { id, resolve, timer, log: [] };
      this.process.stdin?.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  /** Ends the child and its group at once. */
  kill(reason: Death['reason']): void {
    this.condemn(reason);
    this.signal('SIGKILL');
  }

  /** Ends the child, with a moment to leave by itself. */
  private end(reason: Death['reason']): void {
    this.condemn(reason);
    this.signal('SIGTERM');
    const hard = setTimeout(() => {
      this.signal('SIGKILL');
    }, GRACE_MS);
    void this.gone.then(() => {
      clearTimeout(hard);
    });
  }

  private condemn(reason: Death['reason'], detail: string | null = null): void {
    this.death ??= { reason, detail };
  }

  private listen(): void {
    const { stdin, stdout, stderr, stdio } = this.process;
    stdin?.on('error', () => undefined);
    for (const stream of [stdout, stderr]) {
      stream?.on('error', () => undefined);
      stream?.on('data', (chunk: Buffer) => {
        this.takeOutput(chunk);
      });
    }
    readLines(replies(stdio), {
      limit: REPLY_LIMIT,
      line: (text) => {
        this.takeReply(text);
      },
      tooLong: () => {
        this.kill('reply_too_large');
      },
    });
    this.process.on('error', (cause) => {
      this.condemn('spawn', cause.message);
      this.over();
    });
    this.process.on('exit', (code, signal) => {
      this.signal('SIGKILL');
      const over = (): void => {
        const output = Buffer.concat(this.output).toString('latin1');
        this.death ??= causeOfDeath({ code, signal, output });
        this.over();
      };
      this.process.once('close', over);
      setTimeout(over, CLOSE_LIMIT_MS).unref();
    });
  }

  private takeOutput(chunk: Buffer): void {
    this.outputBytes += chunk.length;
    if (this.outputBytes <= OUTPUT_LIMIT) this.output.push(chunk);
    else if (this.death === null) this.kill('output');
  }

  private takeReply(text: string): void {
    if (this.death !== null) return;
    const parsed = childReplySchema.safeParse(parseLine(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      this.condemn('bad_reply', issue === undefined ? null : `${issue.path.join('.')}: ${issue.message}`);
      this.signal('SIGKILL');
      return;
    }
    const reply = parsed.data;
    if (reply.kind === 'ready') this.started();
    else if (this.turn?.id !== reply.id) this.kill('bad_reply');
    else if (reply.kind !== 'logged') this.finish({ kind: 'reply', reply });
    else if (this.turn.log.push(reply.text) > LOG_LINES) this.kill('output');
  }

  private started(): void {
    clearTimeout(this.startTimer);
    this.becameReady(true);
  }

  private finish(answer: ChildAnswer): void {
    const { turn } = this;
    if (turn === null) return;
    this.turn = null;
    clearTimeout(turn.timer);
    turn.resolve({ ...answer, log: turn.log.slice(0, LOG_LINES) });
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.startTimer);
    for (const stream of this.process.stdio) stream?.destroy();
    this.becameReady(false);
    this.finish({ kind: 'died', ...(this.death ?? { reason: 'exited', detail: null }) });
    this.hasGone();
  }

  /** To the whole group; it may be gone already. */
  private signal(signal: NodeJS.Signals): void {
    if (this.process.pid === undefined) return;
    try {
      process.kill(-this.process.pid, signal);
    } catch {
      // Nobody is left.
    }
  }
}

/** A file of its own for each child: it is read from where the last reader stopped. */
function start({ argv: [program = '', ...args], cwd, filter }: ChildCommand): ChildProcess {
  const descriptor = filter === null ? null : openSync(filter, 'r');
  try {
    return spawn(program, args, {
      cwd,
      env: EMPTY_ENVIRONMENT,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...(descriptor === null ? [] : [descriptor])],
    });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** The pipe on which replies come: file descriptor 3 of the child. */
function replies(stdio: ChildProcess['stdio']): Readable {
  const pipe = stdio[3];
  if (pipe === null || pipe === undefined || !('read' in pipe)) throw new Error('the child has no pipe for replies');
  return pipe;
}
