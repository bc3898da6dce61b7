/** Where a fault can be made to happen. */
export const FAULT_ENDPOINTS = ['callback', 'verdict', 'plan', 'redirect', 'archivist', 'configuration'] as const;
/**
 * `callback`: the PATCH. `verdict`: a PATCH that is not `running`, however many updates came before. `plan` and
 * `configuration`: the API URL, before the token is looked at. `redirect`: the answer to a good request there.
 * `archivist`: the download itself.
 */
export type FaultEndpoint = (typeof FAULT_ENDPOINTS)[number];

/** One thing that goes wrong with one answer. Members combine: a delay and a status, slow and truncated. */
export interface Fault {
  /** Waits so long before anything else. */
  readonly delayMs?: number | undefined;
  /** Answers this status. */
  readonly status?: number | undefined;
  /** Added to the answer; a name given here replaces the answer's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Answers 307 (or `status`) to this location. */
  readonly redirectTo?: string | undefined;
  /** Resets the connection instead of answering. */
  readonly reset?: boolean | undefined;
  /** Never answers; the connection stays open. */
  readonly hang?: boolean | undefined;
  /** Answers a body that is not JSON. */
  readonly badBody?: boolean | undefined;
  /** Answers a body of so many bytes of filler, streamed. */
  readonly fillBytes?: number | undefined;
  /** Sends half of the body, then resets the connection. */
  readonly resetMidBody?: boolean | undefined;
  /** Sends so many bytes of the body, then closes the connection in order. */
  readonly truncate?: number | undefined;
  /** Sends the body at this rate, bytes per second. */
  readonly slow?: number | undefined;
  /** At `callback`: the platform takes the callback, and only its answer goes wrong. */
  readonly applied?: boolean | undefined;
}

/** Faults by endpoint: one is used for each request there, in order; then all is normal. */
export type Faults = Readonly<Partial<Record<FaultEndpoint, readonly Fault[]>>>;

/** The faults of one run that have not happened yet. */
export class FaultScript {
  readonly #left: Map<FaultEndpoint, Fault[]>;

  constructor(faults: Faults = {}) {
    this.#left = new Map(FAULT_ENDPOINTS.map((endpoint) => [endpoint, [...(faults[endpoint] ?? [])]]));
  }

  /** The fault for the next request at an endpoint; an empty one when nothing is to go wrong. */
  next(endpoint: FaultEndpoint): Fault {
    return this.#left.get(endpoint)?.shift() ?? {};
  }
}

/** Whether the fault happens before the request is looked at, so that it has no effect on the platform. */
export function replacesHandling(fault: Fault): boolean {
  if (fault.applied === true) return false;
  const refused = fault.status !== undefined && (fault.status < 200 || fault.status > 299);
  return refused || fault.reset === true || fault.hang === true || fault.redirectTo !== undefined;
}
