import { systemClock, type SimulatorClock } from './clock.js';
import { listen, type ListenOptions } from './listener.js';
import { operationsOn, type Operations } from './operations.js';
import { serve } from './router.js';
import { SimulatorState } from './state.js';

/** How to start a simulator; everything has a default. */
export interface SimulatorOptions extends ListenOptions {
  /** This machine's, unless a test holds it. */
  readonly clock?: SimulatorClock | undefined;
  /** What requests name as this origin, when it is reached through another. */
  readonly publicOrigin?: string | undefined;
}

/** A stand-in for HCP Terraform or TFE, listening on loopback. */
export interface TerraformSimulator extends Operations {
  /** Scheme, host and port: the run task's Terraform origin. */
  readonly origin: string;
  /** Ends everything: open runs are `canceled`, connections are cut. */
  close(): Promise<void>;
}

/**
 * Starts a simulator.
 * @throws SimulatorError `not_loopback`
 */
export async function createTerraformSimulator(options: SimulatorOptions = {}): Promise<TerraformSimulator> {
  const stop = new AbortController();
  const state = new SimulatorState(options.clock ?? systemClock, stop.signal);
  const operations = operationsOn(state);
  const listener = await listen(options, (request, response) => {
    void serve({ operations, state }, { request, response });
  });
  state.origin = options.publicOrigin ?? listener.origin;
  return {
    ...operations,
    origin: listener.origin,
    async close() {
      stop.abort();
      for (const run of state.runs()) run.cancel();
      await listener.close();
    },
  };
}
