import { classify, type Delivered, type Evaluated, type Kept } from '@rungate/run-task';
import type { Metrics } from '@rungate/telemetry';

/** What an evaluation came to. */
export function measureEvaluated(metrics: Metrics, evaluated: Evaluated, organization: string): void {
  switch (evaluated.kind) {
    case 'decided': {
      const verdict = evaluated.delivery.callback.data.attributes.status;
      metrics.count('rungate_decisions_total', { verdict, organization });
      metrics.count('rungate_checks_skipped_on_error_total', { organization }, evaluated.skippedOnError);
      return;
    }
    case 'decided_later':
      metrics.count('rungate_decisions_total', { verdict: 'behind_progress', organization });
      return;
    case 'stale':
      metrics.count('rungate_lease_losses_total', {});
      return;
  }
}

/** What an attempt to deliver came to. */
export function measureDelivered(metrics: Metrics, { delivery, answer, step }: Delivered): void {
  const { kind, organizationId: organization } = delivery;
  const answerClass = classify(answer);
  metrics.count('rungate_deliveries_total', { kind, class: answerClass, step: step.kind, organization });
  if (step.kind === 'undeliverable') metrics.count('rungate_undeliverable_total', {});
  if (answerClass === 'certificate') metrics.count('rungate_certificate_failures_total', {});
}

/** What the keeper found. */
export function measureKept(metrics: Metrics, { decidedLate, expired, errors }: Kept): void {
  metrics.count('rungate_late_decisions_total', {}, decidedLate);
  metrics.count('rungate_expired_deliveries_total', {}, expired);
  if (errors.length > 0) metrics.count('rungate_failures_total', { work: 'keep' }, errors.length);
}
