import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ISOLATION_LEVELS } from '@rungate/run-task';
import { REQUEST_LINE_LIMIT } from '../limits.js';
import { parseLine, readLines } from '../line-reader.js';
import {
  runnerRequestSchema,
  runnerSettingsSchema,
  type RunnerReply,
  type RunnerSettings,
} from '../runner-messages.js';
import { refuseInspector } from '../signals.js';
import { AssignmentRunner } from './assignment.js';
import { HandBack } from './hand-back.js';
import { PluginShelf } from './plugin-shelf.js';
import { Pool } from './pool.js';
import { probeIsolation, type ProbedIsolation } from './probe.js';
import { whyNotAlone } from './alone.js';
import { serveWorkers } from './session-socket.js';
import { requirePackages, startCheckSlot, startMaskSlot } from './slots.js';
import { sweep, directoryPrefix } from './sweep.js';

// Entry of the runner: `main.js <settings as JSON>`. It ends with the worker that started it.
refuseInspector();
void main(runnerSettingsSchema.parse(parseLine(process.argv[2] ?? '')));

async function main(settings: RunnerSettings): Promise<void> {
  requirePackages();
  sweep(settings.directory);
  const root = mkdtempSync(path.join(settings.directory, directoryPrefix(process.pid)));
  process.on('exit', () => {
    rmSync(root, { recursive: true, force: true });
  });
  const closing: { close(): Promise<void> }[] = [];
  endWithWorker(async () => {
    await Promise.all(closing.map((part) => part.close()));
    process.exit(0);
  });
  const probed = await probeIsolation({ ...settings, root });
  const { level, isolation, shortfall } = probed;
  const slot = { ...settings, isolation, root };
  const maskers = new Pool(settings.poolSize, () => startMaskSlot(slot));
  const checkers = new Pool(settings.poolSize, () => startCheckSlot(slot));
  closing.push(maskers, checkers);
  const { poolSize, pluginsDir } = settings;
  const shelf = await PluginShelf.open({ slot, poolSize, pluginsDir, refusal: whyNoOthers(settings, probed) });
  closing.push(shelf);
  const assignments = new AssignmentRunner({ settings, level, root, maskers, checkers, shelf });
  const handBack = new HandBack({ maskers, timeoutMs: settings.maskTimeoutMs });
  const greeting: readonly RunnerReply[] = [
    ...shelf.manifests().map((manifest) => ({ kind: 'plugin', manifest }) as const),
    ...shelf.refused.map((refused) => ({ kind: 'plugin_refused', ...refused }) as const),
    { kind: 'ready', level, shortfall },
  ];
  if (settings.listen !== null) await serveWorkers({ listen: settings.listen, root, assignments, handBack, greeting });
  answer(assignments, handBack);
  for (const reply of greeting) say(reply);
}

/** Why the code of others is not run here, or null. */
function whyNoOthers({ acceptOthersAt, listen }: RunnerSettings, { level, shortfall }: ProbedIsolation): string | null {
  if (ISOLATION_LEVELS.indexOf(level) <= ISOLATION_LEVELS.indexOf(acceptOthersAt)) return null;
  const company = listen === null ? 'the runner is not one of its own' : whyNotAlone();
  if (company === null) return null;
  return `checks are isolated at the level ${level}, plugins of others need ${acceptOthersAt}, and ${company}. ${shortfall ?? ''}`;
}

/** A signal to everybody is the worker's to obey; the runner follows it. It comes too when the worker is gone. */
function endWithWorker(leave: () => Promise<void>): void {
  const worker = process.ppid;
  process.on('SIGTERM', () => {
    if (process.ppid !== worker) void leave();
  });
  process.stdin.on('end', () => void leave());
  // The worker is gone: the end of standard input says the same.
  process.stdout.on('error', () => undefined);
}

function answer(assignments: AssignmentRunner, handBack: HandBack): void {
  const running = new Map<number, AbortController>();
  const take = (text: string): void => {
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
    void done.then((left) => {
      running.delete(id);
      say({ kind: 'done', id });
      if (assignment.handBack) void handBack.give(left, { id, say });
    });
  };
  readLines(process.stdin, { limit: REQUEST_LINE_LIMIT, line: take, tooLong: () => process.stdin.emit('end') });
}

function say(reply: RunnerReply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
