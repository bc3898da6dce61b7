import { diagnoseRefusal, type ArrivedRequest } from '@rungate/run-task';
import type { IngressOptions } from './options.js';
import type { Samples } from './samples.js';

/** After the answer, which it cannot change: why was a request refused? */
export async function lookInto(
  { ports, log }: IngressOptions,
  samples: Samples,
  arrived: ArrivedRequest,
): Promise<void> {
  const count = samples.take(arrived.hookId);
  if (count === null) return;
  try {
    const found = await diagnoseRefusal(ports.hooks, { ...arrived, count });
    if (found === null) return;
    const { organizationId, runTaskId, cause } = found;
    log.warn('bad signature', { organizationId, runTaskId, cause, count });
  } catch (error) {
    log.warn('bad signature not looked into', { error: error instanceof Error ? error.message : String(error) });
  }
}
