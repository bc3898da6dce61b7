import type { Accepted } from '@rungate/run-task';
import type { IngressOptions } from './options.js';

/** What is said of a request after its answer. The ticket is issued then, too: a lost one costs a second, a slow one would cost the caller's patience. */
export async function announce({ queue, log, metrics }: IngressOptions, accepted: Accepted): Promise<void> {
  const organization = 'organizationId' in accepted ? { organization: accepted.organizationId } : {};
  metrics.count('rungate_accepts_total', { answer: accepted.kind, ...organization });
  switch (accepted.kind) {
    case 'recorded':
      log.info('accepted', { organizationId: accepted.organizationId, taskResultId: accepted.taskResultId });
      await queue.issue('evaluate');
      return;
    case 'duplicate':
      log.info('duplicate', { organizationId: accepted.organizationId, sameBody: accepted.sameBody });
      return;
    case 'registration':
      log.info('registration', { organizationId: accepted.organizationId });
      return;
    case 'over_limit':
      log.warn('over limit', { organizationId: accepted.organizationId });
      return;
    case 'refused':
      metrics.count('rungate_refusals_total', { reason: accepted.reason });
      log.warn('refused', { reason: accepted.reason, detail: accepted.detail });
      return;
    case 'unauthorized':
      metrics.count('rungate_refusals_total', { reason: 'signature' });
      return;
  }
}
