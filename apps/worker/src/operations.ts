import {
  type EndedItem,
  type Log,
  type OperationKind,
  type OperationWork,
  type ResendAnswer,
  type ResendRefusal,
  type ResendStore,
  type TakenItem,
} from '@rungate/run-task';
import { Repeater } from './repeater.js';

/** What operations are worked off with. */
export interface OperationsOptions {
  readonly operationWork: OperationWork;
  readonly resends: ResendStore;
  readonly log: Log;
}

/** Each operation has a turn a second. */
const EVERY_MS = 1_000;

/** Works off what people want done to many task results, in every worker: what one has in its hands, the others leave out. */
export class Operations {
  readonly #repeater: Repeater;

  constructor(private readonly options: OperationsOptions) {
    this.#repeater = new Repeater({
      everyMs: EVERY_MS,
      work: () => this.work(),
      failed: (error) => {
        options.log.warn('operations failed', { error: messageOf(error) });
      },
    });
  }

  start(): void {
    this.#repeater.start();
  }

  stop(): Promise<void> {
    return this.#repeater.stop();
  }

  /** Does what is due now, of one operation after the other; what fails holds up nothing else. */
  async work(): Promise<void> {
    const { operationWork, log } = this.options;
    for (;;) {
      const taken = await operationWork.take();
      const [first] = taken;
      if (first === undefined) return;
      const ended = await Promise.all(taken.map((item) => this.#end(item)));
      await operationWork.end(ended);
      log.info('operation went on', { operation: first.operationId, taskResults: ended.length });
    }
  }

  async #end(item: TakenItem): Promise<EndedItem> {
    const { operationId, position } = item;
    try {
      return { operationId, position, ...(await this.#act(item)) };
    } catch (error) {
      return { operationId, position, state: 'failed', detail: messageOf(error) };
    }
  }

  #act(item: TakenItem): Promise<Act> {
    const acts: Readonly<Record<OperationKind, () => Promise<Act>>> = { resend: () => this.#resend(item) };
    return acts[item.kind]();
  }

  async #resend({ organizationId, taskResultId: id, by }: TakenItem): Promise<Act> {
    return resent(await this.options.resends.resend({ scope: { kind: 'organization', organizationId }, id, by }));
  }
}

type Act = Pick<EndedItem, 'state' | 'detail'>;

function resent(answer: ResendAnswer | null): Act {
  if (answer === null) return { state: 'refused', detail: 'The task result is no more.' };
  if (answer.kind === 'refused') return { state: 'refused', detail: REFUSALS[answer.why] };
  return { state: 'done', detail: answer.changed ? null : 'It was about to be sent, or is being sent.' };
}

const REFUSALS: Readonly<Record<ResendRefusal, string>> = {
  undecided: 'There is no verdict yet.',
  delivered: 'Terraform has the verdict, or is presumed to.',
  too_late: 'The deadline has passed: Terraform no longer listens.',
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
