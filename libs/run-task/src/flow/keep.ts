import { callbackDocument } from '../model/callback.js';
import { allowances } from '../model/deadline.js';
import { progressMessage } from '../model/verdict.js';
import type { Clock, DeliveryTurn, LateTaskResult, Lease, Queue, ScheduleStore, TaskStore } from '../ports.js';
import { lateDecision } from './decision.js';
import { pendingChecks } from './pending.js';

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
  readonly expired: number;
  /** Callbacks to send: verdicts of late task results, and progress. */
  readonly turns: readonly DeliveryTurn[];
  /** Work that waits and could not be announced: the caller does some of it itself. */
  readonly unannounced: { readonly evaluate: boolean; readonly deliver: boolean };
}

/** How often the keeper looks. Never scaled. */
export const KEEP_EVERY_MS = 1_000;
/** How much one tick takes on, so that many processes share the work. */
const BATCH = 50;

/** Fifth moment, once a second in every worker: whatever is due and was not done gets done. */
export async function keep(ports: KeepPorts): Promise<Kept> {
  const late = await decideLate(ports);
  const expired = await ports.schedule.expireDeliveries(BATCH);
  const progress = await startProgress(ports);
  const unannounced = await announce(ports);
  return { decidedLate: late.length, expired, turns: [...late, ...progress], unannounced };
}

async function decideLate(ports: KeepPorts): Promise<readonly DeliveryTurn[]> {
  const late = await ports.schedule.findLate(BATCH);
  const turns = await Promise.all(late.map((taskResult) => decideOne(ports, taskResult)));
  return turns.filter((turn) => turn !== null);
}

async function decideOne({ tasks, clock }: KeepPorts, late: LateTaskResult): Promise<DeliveryTurn | null> {
  const evaluation = await tasks.takeOver(late);
  if (evaluation === null) return null;
  const answer = await tasks.decide(evaluation.lease, lateDecision(evaluation, clock.now()));
  return answer.kind === 'decided' ? answer.turn : null;
}

/** A `running` for each task result whose progress is due, while its lease lives. */
async function startProgress(ports: KeepPorts): Promise<readonly DeliveryTurn[]> {
  const period = allowances('rolling', ports.timeScale).nextProgressMs;
  const jittered = period * (0.9 + 0.1 * ports.random());
  const leases = await ports.schedule.claimProgress(BATCH, jittered);
  const turns = await Promise.all(leases.map((lease) => progressOf(ports.tasks, lease)));
  return turns.filter((turn) => turn !== null);
}

async function progressOf(tasks: TaskStore, lease: Lease): Promise<DeliveryTurn | null> {
  const evaluation = await tasks.loadEvaluation(lease);
  if (evaluation === null) return null;
  const message = progressMessage(evaluation.finished, pendingChecks(evaluation));
  return tasks.startProgress(lease, callbackDocument({ status: 'running', message }));
}

async function announce({ schedule, queue }: KeepPorts): Promise<Kept['unannounced']> {
  const { claimable, deliverable } = await schedule.backlog();
  const evaluate = claimable > 0 && !(await queue.issue('evaluate'));
  const deliver = deliverable > 0 && !(await queue.issue('deliver'));
  return { evaluate, deliver };
}
