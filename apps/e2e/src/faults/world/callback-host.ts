import type { Outage } from '@rungate/run-task/testing';
import { startSimulator, type Simulator } from '../../harness/simulator-process.js';
import { FaultProxy, type Condition } from '../fault-proxy.js';

/** A simulated Terraform behind a proxy: its requests name the proxy, and we steer it past it. */
export class CallbackHost {
  readonly #outages: Outage[] = [];
  #awaySince: number | null = null;

  private constructor(
    readonly proxy: FaultProxy,
    readonly simulator: Simulator,
  ) {}

  static async start(): Promise<CallbackHost> {
    const proxy = await FaultProxy.start(0);
    const simulator = await startSimulator(`http://127.0.0.1:${proxy.port}`);
    proxy.targetPort = Number(new URL(simulator.origin).port);
    return new CallbackHost(proxy, simulator);
  }

  /** What run tasks name as their Terraform. */
  get origin(): string {
    return `http://127.0.0.1:${this.proxy.port}`;
  }

  /** Changes what happens to connections, and notes when nobody can be reached. */
  async become(condition: Condition): Promise<void> {
    await this.proxy.become(condition);
    const isAway = !['forward', 'delay'].includes(condition.kind);
    if (isAway) this.#awaySince ??= Date.now();
    else this.#end();
  }

  #end(): void {
    if (this.#awaySince !== null) this.#outages.push({ from: this.#awaySince, to: Date.now() });
    this.#awaySince = null;
  }

  /** When it could not be reached; one that lasts ends now. */
  outages(): readonly Outage[] {
    return this.#awaySince === null ? this.#outages : [...this.#outages, { from: this.#awaySince, to: Date.now() }];
  }
}
