// Runs simulated schedules of the five moments on every core and stops at the first promise that is broken:
//   node tools/simulate.mjs --simulated 50000 --seed 1
//   node tools/simulate.mjs --replay 4711
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { typescriptLoader } from './typescript-loader.mjs';

const FILE = fileURLToPath(import.meta.url);
const SIMULATION = './libs/run-task/testing/simulation/simulation.ts';
/** Seeds that a thread takes at once. */
const PIECE = 50;
const PROGRESS_EVERY_MS = 10_000;
const STORY_LINES = 80;

if (!isMainThread && workerData?.simulates === true) await work();
else if (process.argv[1] === FILE) await main();

/**
 * Runs `count` schedules, the first of them by `seed`. Resolves with what was run; `violation` is the outcome of a schedule
 * that broke a promise, or null.
 */
export async function simulateSchedules({ count, seed, threads = availableParallelism(), progress = () => undefined }) {
  const startedAt = performance.now();
  const total = { schedules: 0, taskResults: 0, reached: {}, violation: null, ms: 0 };
  let next = seed;
  const take = () => {
    const from = next;
    next = total.violation === null ? Math.min(from + PIECE, seed + count) : from;
    return { from, until: next };
  };
  const timer = setInterval(() => progress({ ...total, ms: performance.now() - startedAt }), PROGRESS_EVERY_MS);
  try {
    await Promise.all(Array.from({ length: threads }, () => runThread(take, total)));
  } finally {
    clearInterval(timer);
  }
  return { ...total, ms: performance.now() - startedAt };
}

function runThread(take, total) {
  const thread = new Worker(FILE, { workerData: { simulates: true } });
  return new Promise((resolve, reject) => {
    const hand = () => {
      const { from, until } = take();
      if (from === until) thread.terminate().then(resolve, reject);
      else thread.postMessage({ from, until });
    };
    thread.on('error', reject);
    thread.on('message', (piece) => {
      total.schedules += piece.schedules;
      total.taskResults += piece.taskResults;
      for (const name of piece.reached) total.reached[name] = (total.reached[name] ?? 0) + 1;
      total.violation ??= piece.violation;
      hand();
    });
    hand();
  });
}

async function work() {
  const { simulate } = load();
  parentPort.on('message', async ({ from, until }) => {
    const piece = { schedules: 0, taskResults: 0, reached: [], violation: null };
    for (let seed = from; seed < until && piece.violation === null; seed++) {
      const outcome = await simulate(seed);
      piece.schedules += 1;
      piece.taskResults += outcome.taskResults.length;
      piece.reached.push(...outcome.reached);
      if (outcome.broken.length > 0) piece.violation = outcome;
    }
    parentPort.postMessage(piece);
  });
}

function load() {
  return typescriptLoader(path.resolve(path.dirname(FILE), '..'))(SIMULATION);
}

async function main() {
  const { values } = parseArgs({
    options: {
      simulated: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string', default: String(availableParallelism()) },
      replay: { type: 'string' },
    },
  });
  if (values.replay !== undefined) {
    process.exitCode = await tell(whole('replay', values.replay), Number.POSITIVE_INFINITY);
    return;
  }
  const [count, seed, threads] = ['simulated', 'seed', 'threads'].map((name) => whole(name, values[name]));
  const progress = (total) => console.log(line(total, count));
  const total = await simulateSchedules({ count, seed, threads, progress });
  console.log(line(total, count));
  for (const name of Object.keys(total.reached).sort()) console.log(`  ${name}: ${total.reached[name]} times`);
  if (total.violation !== null) process.exitCode = await tell(total.violation.seed, STORY_LINES);
}

function line({ schedules, taskResults, ms, violation }, count) {
  const perMinute = Math.round((schedules / ms) * 60_000).toLocaleString('en');
  const found = violation === null ? 'no violation' : `a violation at seed ${violation.seed}`;
  const done = `${schedules.toLocaleString('en')} of ${count.toLocaleString('en')} schedules`;
  return `${done} in ${Math.round(ms / 1_000)} s, ${perMinute} a minute, ${taskResults.toLocaleString('en')} task results: ${found}`;
}

/** Prints the story of one schedule, of the task results alone that something is wrong with; 1 when something is. */
async function tell(seed, lines) {
  const { broken, story, taskResults } = await load().simulate(seed, { tells: true });
  const names = broken.flatMap((one) => one.match(/taskrs-\d+/g) ?? []);
  const marks = taskResults
    .filter(({ task }) => names.includes(task))
    .flatMap(({ id, url }) => [`…${id.slice(-4)}"`, url]);
  const isAbout = (told) =>
    /: (dies|stands still|is asked to stop)/.test(told) || marks.some((mark) => told.includes(mark));
  const shown = marks.length === 0 ? story : story.filter(isAbout);
  console.log(shown.slice(-lines).join('\n'));
  console.log(broken.length === 0 ? `seed ${seed}: no violation` : `seed ${seed}:\n  ${broken.join('\n  ')}`);
  console.log(`replay: node tools/simulate.mjs --replay ${seed}`);
  return broken.length === 0 ? 0 : 1;
}

function whole(name, text) {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
  process.exit(2);
}
