import { createReadStream, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { RUNNER_LINE_LIMIT } from './limits.js';
import { parseLine, readLines } from './line-reader.js';
import type { LinkEvents, RunnerLink, SentAssignment } from './runner-link.js';
import { runnerReplySchema, type RunnerReply, type SocketRequest } from './runner-messages.js';

/** A runner of its own, over its Unix socket: one connection to greet it, and one for each assignment. */
export class SocketLink implements RunnerLink {
  /** It is not ours. */
  readonly pid = null;
  private readonly greeting: Socket;
  private readonly running = new Map<number, Socket>();
  private why = '';

  constructor(
    private readonly address: string,
    private readonly events: LinkEvents,
  ) {
    this.greeting = connect(address, () => {
      send(this.greeting, { kind: 'greet' });
    });
    this.greeting.on('error', (cause) => (this.why = cause.message));
    this.listen(this.greeting);
    this.greeting.once('close', () => {
      this.kill();
      events.gone(this.why);
    });
  }

  run(id: number, { assignment, plan }: SentAssignment): void {
    const socket = connect(this.address);
    this.running.set(id, socket);
    socket.on('error', () => undefined);
    this.listen(socket);
    socket.once('close', () => {
      this.running.delete(id);
      this.events.lost(id);
    });
    send(socket, { kind: 'run', id, assignment, planBytes: plan?.bytes ?? null });
    if (plan === null) return;
    const file = createReadStream(plan.path);
    file.on('error', () => socket.destroy());
    socket.once('close', () => file.destroy());
    // Nobody needs the raw plan any more once it is over there.
    file.once('close', () => {
      rmSync(plan.path, { force: true });
    });
    file.pipe(socket, { end: false });
  }

  abort(id: number): void {
    this.running.get(id)?.destroy();
  }

  leave(): void {
    this.kill();
  }

  kill(): void {
    for (const socket of [this.greeting, ...this.running.values()]) socket.destroy();
  }

  private listen(socket: Socket): void {
    readLines(socket, {
      limit: RUNNER_LINE_LIMIT,
      line: (text) => {
        const reply = runnerReplySchema.safeParse(parseLine(text));
        if (reply.success) this.take(reply.data);
        else this.kill();
      },
      tooLong: () => {
        this.kill();
      },
    });
  }

  private take(reply: RunnerReply): void {
    if (reply.kind === 'done') this.running.delete(reply.id);
    this.events.reply(reply);
  }
}

function send(socket: Socket, request: SocketRequest): void {
  socket.write(`${JSON.stringify(request)}\n`);
}
