import { callbackDocument } from '../model/callback.js';
import { allowances } from '../model/deadline.js';
import { progressMessage } from '../model/verdict.js';
import type {
  Clock,
  DeliveryTurn,
  Forecast,
  Evaluation,
  KeyTurn,
  LateTaskResult,
  Lease,
  Queue,
  ScheduleStore,
  TaskStore,
  TicketKind,
} from '../ports.js';
import { lateDecision } from './decision.js';
import { pendingChecks } from './pending.js';

/** What keep touches. */
export interface KeepPorts {
  readonly schedule: ScheduleStore;
  readonly tasks: TaskStore;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeScale: number;
}

/** What one tick of the keeper found; the turns are to be delivered now, by the process that kept. */
export interface Kept {
  readonly decidedLate: number;
  /** Before their time, since nothing of them could have started in time. */
  readonly decidedEarly: number;
  readonly expired: number;
  /** Keys whose overlap is over. */
  readonly keys: readonly KeyTurn[];
  /** Callbacks to send: verdicts of late task results, and progress. */
  readonly turns: readonly DeliveryTurn[];
  /** How much work waits, some thousand at most, and could not be announced: the caller does it itself. */
  readonly unannounced: { readonly evaluate: number; readonly deliver: number };
  /** What went wrong with single task results; the others were kept, and these come again at the next tick. */
  readonly errors: readonly unknown[];
}

/** How often the keeper looks. Never scaled. */
export const KEEP_EVERY_MS = 1_000;
/** How often the pace of an organization with a backlog is looked at; scaled, as deadlines are. */
const LOOK_EVERY_MS = 5_000;
/** How much one tick takes on, so that many processes share the work. */
const BATCH = 50;

/** Fifth moment, once a second in every worker: whatever is due and was not done gets done. */
export async function keep(ports: KeepPorts): Promise<Kept> {
  // Together: a worker that died must be replaced in time, however much there is to keep.
  const [kept, unannounced] = await Promise.all([keepRows(ports), announce(ports)]);
  return { ...kept, unannounced };
}

async function keepRows(ports: KeepPorts): Promise<Omit<Kept, 'unannounced'>> {
  const late = await decideLate(ports);
  const hopeless = await decideHopeless(ports);
  const expired = await ports.schedule.expireDeliveries(BATCH);
  const keys = await ports.schedule.retireHmacKeys(BATCH);
  const progress = await startProgress(ports);
  return {
    decidedLate: late.turns.length,
    decidedEarly: hopeless.turns.length,
    expired,
    keys,
    turns: [late, hopeless, progress].flatMap(({ turns }) => turns),
    errors: [late, hopeless, progress].flatMap(({ errors }) => errors),
  };
}

async function decideLate(ports: KeepPorts): Promise<Handled> {
  const late = await ports.schedule.findLate(BATCH);
  return forEach(late, (taskResult) => decideOne(ports, taskResult));
}

/** What waits and can no longer start in time is told so now: whoever waits for it can do something else. */
async function decideHopeless(ports: KeepPorts): Promise<Handled> {
  const hopeless = await ports.schedule.findHopeless(BATCH, LOOK_EVERY_MS * ports.timeScale);
  return forEach(hopeless, (taskResult) => decideOne(ports, taskResult, taskResult.forecast));
}

async function decideOne(
  { tasks, clock }: KeepPorts,
  late: LateTaskResult,
  forecast: Forecast | null = null,
): Promise<DeliveryTurn | null> {
  const evaluation = await tasks.takeOver(late);
  if (evaluation === null) return null;
  const answer = await tasks.decide(
    evaluation.lease,
    lateDecision(evaluation, clock.now(), late.isHeld === true ? 'intake-paused' : forecast),
  );
  return answer.kind === 'decided' ? answer.turn : null;
}

/** A `running` for each task result whose progress is due, while its lease lives. */
async function startProgress(ports: KeepPorts): Promise<Handled> {
  const period = allowances('rolling', ports.timeScale).nextProgressMs;
  const jittered = period * (0.9 + 0.1 * ports.random());
  const leases = await ports.schedule.claimProgress(BATCH, jittered);
  return forEach(leases, (lease) => progressOf(ports, lease));
}

async function progressOf({ tasks, clock }: KeepPorts, lease: Lease): Promise<DeliveryTurn | null> {
  const evaluation = await tasks.loadEvaluation(lease);
  if (evaluation === null || isHanging(evaluation, clock.now())) return null;
  const message = progressMessage(evaluation.finished, pendingChecks(evaluation));
  return tasks.startProgress(lease, callbackDocument({ status: 'running', message }));
}

/** What an evaluation may do beside its checks: download a plan, mask it, wait for a child, and take over once. */
const BESIDE_CHECKS_MS = 12 * 60_000;

/** Whether something takes longer than any check that is left may: a heartbeat must not hide that. */
function isHanging(evaluation: Evaluation, now: Date): boolean {
  const longest = Math.max(0, ...pendingChecks(evaluation).map(({ timeoutSeconds }) => timeoutSeconds));
  return now.getTime() - evaluation.steppedAt.getTime() > longest * 1_000 + BESIDE_CHECKS_MS;
}

interface Handled {
  readonly turns: readonly DeliveryTurn[];
  readonly errors: readonly unknown[];
}

/** Each on its own: one that fails, such as a token that cannot be opened, must not hold up the others. */
async function forEach<T>(all: readonly T[], handle: (one: T) => Promise<DeliveryTurn | null>): Promise<Handled> {
  const settled = await Promise.allSettled(all.map(handle));
  return {
    turns: settled.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : [])),
    errors: settled.flatMap((one): readonly unknown[] => (one.status === 'rejected' ? [one.reason] : [])),
  };
}

async function announce({ schedule, queue }: KeepPorts): Promise<Kept['unannounced']> {
  // Before tickets: who takes one must find what became ready by time alone.
  await schedule.mendSchedule();
  const { claimable, deliverable } = await schedule.backlog();
  const unannounced = async (kind: TicketKind, waiting: number): Promise<number> =>
    waiting === 0 || (await queue.issue(kind)) ? 0 : waiting;
  const [evaluate, deliver] = await Promise.all([
    unannounced('evaluate', claimable),
    unannounced('deliver', deliverable),
  ]);
  return { evaluate, deliver };
}
