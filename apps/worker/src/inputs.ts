import type { Assignment, CheckRunner, InputStore, KeptInput, Log, MaskedPlan } from '@rungate/run-task';
import { Repeater } from './repeater.js';

/** What masked plans are kept with. */
export interface InputsOptions {
  readonly inputs: InputStore;
  readonly log: Log;
}

/** From one write to the next: those of one organization that come meanwhile share a statement. */
const EVERY_MS = 500;
/** Compressed plans that wait to be written, bytes: what comes beyond is not kept. */
const WAITING_BYTES = 64 * 1_024 * 1_024;
/** Of one statement, bytes. */
const STATEMENT_BYTES = 16 * 1_024 * 1_024;
/** Of one planned change, about. */
const CHANGE_BYTES = 200;

/** Keeps masked plans for the checks of another day, apart from the work that verdicts wait for. */
export class Inputs {
  #waiting: KeptInput[] = [];
  #bytes = 0;
  #dropped = 0;
  readonly #repeater: Repeater;

  constructor(private readonly options: InputsOptions) {
    this.#repeater = new Repeater({
      everyMs: EVERY_MS,
      work: () => this.write(),
      failed: (error) => {
        const message = error instanceof Error ? error.message : String(error);
        options.log.warn('plans could not be kept', { effect: 'these runs cannot be judged again', error: message });
      },
    });
  }

  start(): void {
    this.#repeater.start();
  }

  /** What waits is written before. */
  async stop(): Promise<void> {
    await this.#repeater.stop();
    await this.write().catch(() => undefined);
  }

  /** The same runner, whose masked plans are kept. */
  keepingThoseOf(runner: CheckRunner): CheckRunner {
    return {
      run: (assignment, ended, signal) =>
        runner.run(
          {
            ...assignment,
            masked: (plan) => {
              this.#take(assignment, plan);
            },
          },
          ended,
          signal,
        ),
    };
  }

  /** Writes what waits; what cannot be written is not tried again. */
  async write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    if (this.#dropped > 0) this.options.log.warn('plans were not kept', { taskResults: this.#dropped });
    this.#dropped = 0;
    for (const organizationId of new Set(waiting.map((input) => input.organizationId))) {
      const own = waiting.filter((input) => input.organizationId === organizationId);
      for (const part of partsOf(own)) await this.options.inputs.keep(organizationId, part);
    }
  }

  #take({ organizationId, taskResultId }: Assignment, plan: MaskedPlan): void {
    if (this.#bytes + sizeOf({ plan }) > WAITING_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#bytes += sizeOf({ plan });
    this.#waiting.push({ organizationId, taskResultId, plan });
  }
}

function partsOf(inputs: readonly KeptInput[]): readonly (readonly KeptInput[])[] {
  const parts: KeptInput[][] = [[]];
  let bytes = 0;
  for (const input of inputs) {
    bytes += sizeOf(input);
    if (bytes > STATEMENT_BYTES) {
      parts.push([]);
      bytes = sizeOf(input);
    }
    parts.at(-1)?.push(input);
  }
  return parts.filter((part) => part.length > 0);
}

function sizeOf({ plan }: Pick<KeptInput, 'plan'>): number {
  // A change is an address and a few words.
  return (plan.gzip?.byteLength ?? 0) + (plan.changes?.items.length ?? 0) * CHANGE_BYTES;
}
