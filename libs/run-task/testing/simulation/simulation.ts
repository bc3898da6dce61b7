import { violationsOf } from '../invariants.js';
import { Fleet } from './fleet.js';
import { CHECKS, Posting } from './posting.js';
import { recordedHistory } from './recorded.js';
import { brokenRules } from './rules.js';
import { taskOf, World, type SimulationOptions } from './world.js';

const SECOND = 1_000;
const LIMIT = 62 * 60 * SECOND;
/** Longer than any statement, callback or turn. */
const DRAIN = 30 * SECOND;

/** What one schedule came to. */
export interface Outcome {
  readonly seed: number;
  /** Promises and rules that were broken, one line each. */
  readonly broken: readonly string[];
  /** Kill points that were reached, such as `before D4`. */
  readonly reached: readonly string[];
  /** Everything that was recorded: the caller's name of it, the id of its row, and its callback URL. */
  readonly taskResults: readonly { readonly task: string; readonly id: string; readonly url: string }[];
  /** What happened, in order; empty unless it was asked for. */
  readonly story: readonly string[];
}

/** Runs one random schedule of the five moments to its end: everything that happens follows from the seed. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const world = new World(seed, options);
  const { store, timeline, ledger, faults, story } = world;
  const posting = new Posting(world, new Fleet(world));
  const isOver = () => posting.isDone && world.isOver();
  const end = timeline.now + LIMIT;
  // What is still on its way arrives; it may be a request that its caller has given up.
  do {
    await timeline.run(isOver, end - timeline.now);
    await timeline.run(() => false, DRAIN);
  } while (!isOver() && timeline.now < end);
  const rows = [...store.rows.values()];
  const onTimeoutOf = (row: (typeof rows)[number]) => store.version(row).onTimeout;
  return {
    seed,
    broken: [
      ...violationsOf(recordedHistory(world, posting)).map(({ invariant, detail }) => `${invariant}: ${detail}`),
      ...brokenRules({ rows, ledger: ledger.entries, checks: CHECKS, onTimeoutOf }).map(
        ({ rule, id }) => `not so: ${rule} (${taskOf(store.rows.get(id))})`,
      ),
    ],
    reached: faults.reached,
    taskResults: rows.map((row) => ({
      task: taskOf(row),
      id: row.id,
      url: row.accepted.request.grant.callbackUrl,
    })),
    story: story.lines,
  };
}
