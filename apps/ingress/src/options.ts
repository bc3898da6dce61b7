import type { AcceptPorts, Log, Queue } from '@rungate/run-task';
import type { Metrics } from '@rungate/telemetry';

/** What the composition root gives ingress. */
export interface IngressOptions {
  readonly ports: AcceptPorts;
  /** Tickets are issued after the answer; ingress does not need the queue to answer. */
  readonly queue: Queue;
  readonly log: Log;
  readonly metrics: Metrics;
}
