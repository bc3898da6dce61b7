import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { REQUEST_LINE_LIMIT } from '../limits.js';
import { parseLine, readLines } from '../line-reader.js';
import { runnerRequestSchema, runnerSettingsSchema, type RunnerReply } from '../runner-messages.js';
import { refuseInspector } from '../signals.js';
import { levelOf, probeIsolation } from './isolation.js';
import { AssignmentRunner } from './assignment.js';
import { Pool } from './pool.js';
import { startCheckSlot, startMaskSlot } from './slots.js';
import { sweep, directoryPrefix } from './sweep.js';

// Entry of the runner: `main.js <settings as JSON>`. It ends with the worker that started it.
refuseInspector();
const settings = runnerSettingsSchema.parse(parseLine(process.argv[2] ?? ''));
sweep(settings.directory);
const root = mkdtempSync(path.join(settings.directory, directoryPrefix(process.pid)));
const isolation = probeIsolation();
const slot = { ...settings, isolation, root };
const maskers = new Pool(settings.poolSize, () => startMaskSlot(slot));
const checkers = new Pool(settings.poolSize, () => startCheckSlot(slot));
const assignments = new AssignmentRunner({ settings, root, maskers, checkers });
const running = new Map<number, AbortController>();

process.on('exit', () => {
  rmSync(root, { recursive: true, force: true });
});
// A signal to everybody is the worker's to obey; the runner follows it. It comes too when the worker is gone.
const worker = process.ppid;
process.on('SIGTERM', () => {
  if (process.ppid !== worker) void leave();
});
process.stdin.on('end', () => void leave());
// The worker is gone: the end of standard input says the same.
process.stdout.on('error', () => undefined);
readLines(process.stdin, { limit: REQUEST_LINE_LIMIT, line: take, tooLong: () => void leave() });
say({ kind: 'ready', level: levelOf(isolation) });

function take(text: string): void {
  const request = runnerRequestSchema.parse(parseLine(text));
  if (request.kind === 'abort') {
    running.get(request.id)?.abort();
    return;
  }
  const { id, assignment } = request;
  const abort = new AbortController();
  running.set(id, abort);
  const done = assignments.run(
    assignment,
    (end) => {
      say({ kind: 'ended', id, end });
    },
    abort.signal,
  );
  void done.finally(() => {
    running.delete(id);
    say({ kind: 'done', id });
  });
}

function say(reply: RunnerReply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

async function leave(): Promise<void> {
  await Promise.all([maskers.close(), checkers.close()]);
  process.exit(0);
}
