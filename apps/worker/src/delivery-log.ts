import type { Delivered, HostChange, Log } from '@rungate/run-task';

/** What a person looks for: how each attempt ended, what needs somebody at once, and which hosts fail. */
export function logDelivered(log: Log, { delivery, answer, step, hostChange }: Delivered): void {
  const { organizationId, deliveryId, taskResultId, kind, terraformOrigin: origin } = delivery;
  const attempt = delivery.earlier.length + 1;
  const line = { organizationId, deliveryId, taskResultId, kind, attempt, step: step.kind };
  if (answer.kind === 'no_answer' && answer.cause === 'certificate') {
    log.error('callback certificate refused', { ...line, origin, error: answer.detail });
  }
  if (step.kind === 'undeliverable') log.warn('undeliverable', { ...line, reason: step.reason });
  else if (answer.kind === 'no_answer' && answer.cause === 'held') log.info('delivery held back', { ...line, origin });
  else log.info('delivery', line);
  if (hostChange !== null) logHost(log, hostChange);
}

function logHost(log: Log, { origin, organizationId, failing }: HostChange): void {
  const line = { origin, organizationId };
  if (failing)
    log.warn('callback host fails', { ...line, effect: 'its callbacks wait, but for their last two attempts' });
  else log.info('callback host works again', line);
}
