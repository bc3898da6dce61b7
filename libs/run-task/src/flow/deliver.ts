import { degraded } from '../model/callback.js';
import { allowances, deadlinesAfterProgress, earlier, type Allowances } from '../model/deadline.js';
import { classify, describe, nextStep, type CallbackAnswer, type NextStep } from '../model/retry.js';
import type {
  AttemptOutcome,
  CallbackSender,
  Clock,
  DeliveryStep,
  DeliveryTurn,
  PendingDelivery,
  Queue,
  TaskStore,
} from '../ports.js';

/** What deliver touches. */
export interface DeliverPorts {
  readonly tasks: TaskStore;
  readonly callbacks: CallbackSender;
  readonly queue: Queue;
  readonly clock: Clock;
  /** 0 ≤ random < 1, for the jitter of retries. */
  readonly random: () => number;
  readonly timeScale: number;
}

/** An attempt that was made: what was answered, and what follows. */
export interface Delivered {
  readonly delivery: PendingDelivery;
  readonly answer: CallbackAnswer;
  readonly step: DeliveryStep;
}

/** As `deliver`, for a delivery that is to be looked up. Null when there is nothing to send any more. */
export async function deliverDue(
  ports: DeliverPorts,
  turn: DeliveryTurn,
  signal: AbortSignal,
): Promise<Delivered | null> {
  const delivery = await ports.tasks.loadDelivery(turn);
  return delivery === null ? null : deliver(ports, delivery, signal);
}

/**
 * Fourth moment: sends the callback once, classifies the answer and writes what follows from it. The attempt was written
 * before, so that an answer that never came is known.
 */
export async function deliver(ports: DeliverPorts, delivery: PendingDelivery, signal: AbortSignal): Promise<Delivered> {
  const span = allowances(delivery.deadlineProfile, ports.timeScale);
  const startedAt = ports.clock.now();
  const answer = await send(ports, delivery, signal);
  const outcome = settle(ports, { delivery, answer, span, startedAt });
  await ports.tasks.finishAttempt(delivery, outcome);
  if (outcome.step.kind === 'retry') {
    await ports.queue.issue('deliver', Math.max(0, outcome.step.at.getTime() - ports.clock.now().getTime()));
  }
  return { delivery, answer, step: outcome.step };
}

/** The moment after which the caller no longer listens. */
export function deadlineOf({ progressBy, finalBy }: Pick<PendingDelivery, 'progressBy' | 'finalBy'>): Date {
  return earlier(progressBy, finalBy);
}

async function send(ports: DeliverPorts, delivery: PendingDelivery, signal: AbortSignal): Promise<CallbackAnswer> {
  const { organizationId, callbackUrl: url, accessToken, terraformOrigin, originRecords, callback } = delivery;
  if (ports.clock.now() >= deadlineOf(delivery)) {
    return { kind: 'no_answer', cause: 'timeout', sent: false, detail: 'the deadline had passed before it was sent' };
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
  const step = nextStep({ answer, earlier: delivery.earlier, now, deadline, span, random: ports.random() });
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
    return { step: { kind: 'undeliverable', reason: describe(answer) }, deadlines: null };
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
