import type { AcceptPorts, Log, Queue } from '@rungate/run-task';

/** What the composition root gives ingress. */
export interface IngressOptions {
  readonly ports: AcceptPorts;
  /** Tickets are issued after the answer; ingress does not need the queue to answer. */
  readonly queue: Queue;
  readonly log: Log;
}
