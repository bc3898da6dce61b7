import { PassThrough, type Readable } from 'node:stream';
import { permits, type Permission, type Principal } from '@rungate/access';
import { LIVE_EVENT_NAMES, type LiveEventBody, type StreamEnd } from '@rungate/contract';
import { assertNever, type ChangeKind, type RowChange } from '@rungate/run-task';
import type { Watcher } from './event-hub.js';

/** Whose eyes a stream is for. */
export interface EventStreamOptions {
  readonly principal: Principal;
  /** Null: of all organizations. */
  readonly organizationId: string | null;
  /** Whether its reader may still read it; rejects when nobody knows. */
  readonly isStillAllowed: () => Promise<boolean>;
}

const HEARTBEAT_MS = 15_000;
/** Whoever is signed out, or may less, reads no longer than this and the time of the question. */
const RECHECK_MS = 4_000;
/** Times in a row that nobody could say whether the reader may read on. */
const DOUBTS = 3;
/** Events of one moment: a reader reads the whole again sooner than so many things one by one. */
const AT_ONCE = 500;
/** Characters that wait for a reader who does not read: then it is cut, and comes back when it can. */
const BACKLOG = 1_000_000;
/** How long a reader waits before it comes back, milliseconds. */
const RETRY_MS = 2_000;

const KIND_PERMISSIONS: Readonly<Record<ChangeKind, Permission>> = {
  'task-result': 'task-results.read',
  'run-task': 'run-tasks.read',
  organization: 'organizations.read',
  operation: 'operations.read',
};

/** Server-sent events for one reader: each is filtered as it is written. */
export class EventStream implements Watcher {
  readonly #body = new PassThrough();
  readonly #over = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  #sent = 0;
  #doubts = 0;
  #readAt = new Date(0);

  constructor(private readonly options: EventStreamOptions) {
    this.#timers = [
      setInterval(() => {
        this.#write(`: heartbeat\nid: ${this.#nextId()}\n\n`);
      }, HEARTBEAT_MS),
      setInterval(() => void this.#recheck(), RECHECK_MS),
    ];
    this.#body.once('close', () => {
      this.#stop();
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** What is sent. */
  get body(): Readable {
    return this.#body;
  }

  /** Aborts when it ends, from whichever side. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  told(changes: readonly RowChange[] | null, readAt: Date): void {
    this.#readAt = readAt;
    const mine = changes?.filter((change) => this.#isVisible(change)) ?? null;
    if (mine === null || mine.length > AT_ONCE) {
      this.#write(`event: ${LIVE_EVENT_NAMES.gap}\nid: ${this.#nextId()}\ndata: {}\n\n`);
    } else if (mine.length > 0) {
      this.#write(mine.map((change) => eventText(bodyOf(change, this.#nextId()))).join(''));
    }
    if (this.#body.readableLength + this.#body.writableLength > BACKLOG) this.#end('slow');
  }

  shutDown(): void {
    this.#end('shutdown');
  }

  #isVisible({ kind, organizationId }: RowChange): boolean {
    const { principal, organizationId: own } = this.options;
    return (own === null || own === organizationId) && permits(principal, KIND_PERMISSIONS[kind]);
  }

  async #recheck(): Promise<void> {
    try {
      const isAllowed = await this.options.isStillAllowed();
      this.#doubts = 0;
      if (!isAllowed) this.#end('signed_out');
    } catch {
      this.#doubts += 1;
      if (this.#doubts >= DOUBTS) this.#end('signed_out');
    }
  }

  /** The moment up to which its reader knows everything; the number tells events of one moment apart. */
  #nextId(): string {
    this.#sent += 1;
    return `${this.#readAt.getTime()}-${this.#sent}`;
  }

  #write(text: string): void {
    if (!this.#body.writableEnded && !this.#body.destroyed) this.#body.write(text);
  }

  #end(why: StreamEnd): void {
    this.#write(`event: ${LIVE_EVENT_NAMES.end}\ndata: ${JSON.stringify({ why })}\n\n`);
    this.#stop();
    this.#body.end();
  }

  #stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#over.abort();
  }
}

/** What a `Last-Event-ID` says: everything before was told. Null for one that says nothing. */
export function knownUpTo(lastEventId: unknown): Date | null {
  const written = typeof lastEventId === 'string' ? /^(\d{13})-\d{1,15}$/.exec(lastEventId)?.[1] : undefined;
  return written === undefined ? null : new Date(Number(written));
}

function eventText(body: LiveEventBody): string {
  return `id: ${body.id}\ndata: ${JSON.stringify(body)}\n\n`;
}

function bodyOf({ kind, organization, subject, version }: RowChange, id: string): LiveEventBody {
  const about = { id, organization, version };
  switch (kind) {
    case 'task-result':
      return { ...about, kind, taskResultId: subject };
    case 'run-task':
      return { ...about, kind, runTask: subject };
    case 'operation':
      return { ...about, kind, operationId: subject };
    case 'organization':
      return { ...about, kind };
    default:
      return assertNever(kind);
  }
}
