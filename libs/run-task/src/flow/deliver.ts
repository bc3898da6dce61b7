import { degraded, isDegraded } from '../model/callback.js';
import { after, allowances, deadlinesAfterProgress, earlier, type Allowances } from '../model/deadline.js';
import { classify, isLastAttempt, nextStep, type CallbackAnswer, type NextStep } from '../model/retry.js';
import type { HostChange, Share, Traffic } from '../model/traffic.js';
import { progressReason } from '../model/undeliverable.js';
import type {
  AttemptOutcome,
  CallbackSender,
  Clock,
  DeliveryStep,
  DeliveryTurn,
  PendingDelivery,
  Queue,
  ScheduleStore,
  TaskStore,
} from '../ports.js';

/** What deliver touches. */
export interface DeliverPorts {
  readonly tasks: TaskStore;
  readonly callbacks: CallbackSender;
  readonly queue: Queue;
  /** One for all deliveries of a process. */
  readonly traffic: Traffic;
  readonly clock: Clock;
  /** 0 ≤ random < 1, for the jitter of retries. */
  readonly random: () => number;
  readonly timeScale: number;
}

/** An attempt that was made, or held back: what was answered, and what follows. */
export interface Delivered {
  readonly delivery: PendingDelivery;
  readonly answer: CallbackAnswer;
  readonly step: DeliveryStep;
  /** Null: the host is as it was. */
  readonly hostChange: HostChange | null;
}

/** The turn of a delivery that waits and may be sent now; null when there is none. */
export async function nextDelivery({
  schedule,
  traffic,
  clock,
  timeScale,
}: Pick<DeliverPorts, 'traffic' | 'clock' | 'timeScale'> & {
  readonly schedule: ScheduleStore;
}): Promise<DeliveryTurn | null> {
  const { lastAttemptsMs } = allowances('fixed', timeScale);
  const [turn] = await schedule.claimDeliveries(1, { ...traffic.closures(clock.now()), lastAttemptsMs });
  return turn ?? null;
}

/** As `deliver`, for a delivery that was due and is to be looked up. Null when there is nothing to send any more. */
export async function deliverDue(
  ports: DeliverPorts,
  turn: DeliveryTurn,
  signal: AbortSignal,
): Promise<Delivered | null> {
  const delivery = await ports.tasks.loadDelivery(turn);
  return delivery === null ? null : attempt(ports, { delivery, share: 'due' }, signal);
}

/** As `deliver`, for the first attempt of a delivery that is to be looked up: it takes no slot from those that wait. */
export async function deliverTurn(
  ports: DeliverPorts,
  turn: DeliveryTurn,
  signal: AbortSignal,
): Promise<Delivered | null> {
  const delivery = await ports.tasks.loadDelivery(turn);
  return delivery === null ? null : deliver(ports, delivery, signal);
}

/**
 * Fourth moment: sends the callback once, classifies the answer and writes what follows from it. The attempt was written
 * before, so that an answer that never came is known. A host that fails or is busy is left in peace: the attempt then
 * does not count, and the delivery stays due.
 */
export function deliver(ports: DeliverPorts, delivery: PendingDelivery, signal: AbortSignal): Promise<Delivered> {
  return attempt(ports, { delivery, share: 'prompt' }, signal);
}

/** Progress that was written longer ago is not sent. With the sender's own timer (15 s) it is less than a verdict waits for it. */
const PROGRESS_FRESH_MS = 2_000;

interface ThisAttempt {
  readonly delivery: PendingDelivery;
  readonly share: Share;
}

async function attempt(ports: DeliverPorts, { delivery, share }: ThisAttempt, signal: AbortSignal): Promise<Delivered> {
  const span = allowances(delivery.deadlineProfile, ports.timeScale);
  const startedAt = ports.clock.now();
  const { organizationId, terraformOrigin: origin } = delivery;
  const departure = { share, isLast: isLast(delivery, startedAt, span) };
  const admission = ports.traffic.admit({ organizationId, origin }, departure, startedAt);
  const answer = admission.kind === 'held' ? heldBack(admission.detail) : await send(ports, delivery, signal);
  const hostChange = admission.kind === 'held' ? null : admission.ended(answer, ports.clock.now());
  const outcome = settle(ports, { delivery, answer, span, startedAt });
  await ports.tasks.finishAttempt(delivery, outcome);
  if (outcome.step.kind === 'retry') {
    await ports.queue.issue('deliver', Math.max(0, outcome.step.at.getTime() - ports.clock.now().getTime()));
  }
  return { delivery, answer, step: outcome.step, hostChange };
}

/** A delivery that was decided when the first of these moments had passed makes up for it at once. */
function isLast(delivery: PendingDelivery, now: Date, { lastAttemptsMs }: Allowances): boolean {
  if (delivery.kind === 'progress') return false;
  const deadline = deadlineOf(delivery);
  const isLateFirst = delivery.earlier.length === 0 && now >= after(deadline, -Math.max(...lastAttemptsMs));
  return isLateFirst || isLastAttempt({ dueAt: delivery.dueAt, deadline }, now, lastAttemptsMs);
}

/** Nothing was sent, which tells nothing about the host. */
function heldBack(detail: string): CallbackAnswer {
  return { kind: 'no_answer', cause: 'held', sent: false, detail };
}

/** The moment after which the caller no longer listens. */
export function deadlineOf({ progressBy, finalBy }: Pick<PendingDelivery, 'progressBy' | 'finalBy'>): Date {
  return earlier(progressBy, finalBy);
}

async function send(ports: DeliverPorts, delivery: PendingDelivery, signal: AbortSignal): Promise<CallbackAnswer> {
  const { organizationId, callbackUrl: url, accessToken, terraformOrigin, originRecords, callback } = delivery;
  const now = ports.clock.now();
  if (now >= deadlineOf(delivery)) return heldBack('the deadline had passed before it was sent');
  // A process that stood still must not report progress when the verdict, which waited for it, is out.
  if (delivery.kind === 'progress' && now.getTime() - delivery.dueAt.getTime() > PROGRESS_FRESH_MS) {
    return heldBack('it had become too old before it was sent');
  }
  return ports.callbacks.send({ organizationId, url, accessToken, terraformOrigin, originRecords, callback }, signal);
}

interface EndedAttempt {
  readonly delivery: PendingDelivery;
  readonly answer: CallbackAnswer;
  readonly span: Allowances;
  readonly startedAt: Date;
}

function settle(ports: DeliverPorts, { delivery, answer, span, startedAt }: EndedAttempt): AttemptOutcome {
  const now = ports.clock.now();
  const base = { answer, answerClass: classify(answer), durationMs: now.getTime() - startedAt.getTime() };
  if (delivery.kind === 'progress') return { ...base, ...progressOutcome({ delivery, answer, span, startedAt }) };
  const deadline = deadlineOf(delivery);
  const isShortened = isDegraded(delivery.callback);
  const step = nextStep({
    answer,
    earlier: delivery.earlier,
    now,
    deadline,
    span,
    random: ports.random(),
    isShortened,
  });
  return { ...base, step: deliveryStep(step, delivery), deadlines: null };
}

/** Progress is never sent again: the next one comes by itself. An accepted one may move the idle deadline. */
function progressOutcome({
  delivery,
  answer,
  span,
  startedAt,
}: EndedAttempt): Pick<AttemptOutcome, 'step' | 'deadlines'> {
  if (classify(answer) !== 'delivered') {
    return { step: { kind: 'undeliverable', reason: progressReason(answer) }, deadlines: null };
  }
  // Counted from the start of the attempt: the caller's own clock cannot have begun earlier.
  return { step: { kind: 'delivered', presumed: false }, deadlines: deadlinesAfterProgress(startedAt, delivery, span) };
}

function deliveryStep(step: NextStep, delivery: PendingDelivery): DeliveryStep {
  if (step.kind !== 'retry') return step;
  return step.degrade
    ? { kind: 'retry', at: step.at, callback: degraded(delivery.callback) }
    : { kind: 'retry', at: step.at };
}
