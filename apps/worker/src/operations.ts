import {
  reevaluate,
  type EndedItem,
  type Log,
  type OperationKind,
  type OperationTurn,
  type OperationWork,
  type Reevaluated,
  type ReevaluatePorts,
  type ReevaluationRefusal,
  type ResendAnswer,
  type ResendRefusal,
  type ResendStore,
  type TakenItem,
} from '@rungate/run-task';
import { Repeater } from './repeater.js';

/** What operations are worked off with. */
export interface OperationsOptions extends ReevaluatePorts {
  readonly operationWork: OperationWork;
  readonly resends: ResendStore;
  readonly log: Log;
}

/** Each operation has a turn a second. */
const EVERY_MS = 1_000;
/** Longest that one run is judged again; what a check may take in a run is not waited for. */
const JUDGE_MS = 60_000;

/** Kinds that wait for each other, and no other kind for them. */
type Pace = 'quick' | 'slow';

const TURNS: Readonly<Record<Pace, OperationTurn>> = {
  quick: { kinds: ['resend'], atMost: 100, leaseSeconds: 60 },
  // One after the other in each worker: what serves runs comes first.
  slow: { kinds: ['reevaluate'], atMost: 5, leaseSeconds: 6 * 60 },
};

/** Works off what people want done to many task results, in every worker: what one has in its hands, the others leave out. */
export class Operations {
  readonly #repeaters: readonly Repeater[];
  readonly #stopping = new AbortController();

  constructor(private readonly options: OperationsOptions) {
    const every = (pace: Pace): Repeater =>
      new Repeater({
        everyMs: EVERY_MS,
        work: () => this.work(pace),
        failed: (error) => {
          options.log.warn('operations failed', { pace, error: messageOf(error) });
        },
      });
    this.#repeaters = [every('quick'), every('slow')];
  }

  start(): void {
    for (const repeater of this.#repeaters) repeater.start();
  }

  /** A run that is being judged again is left to another worker. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#repeaters.map((repeater) => repeater.stop()));
  }

  /** Does what is due now, of one operation after the other; what fails holds up nothing else. */
  async work(pace: Pace): Promise<void> {
    const { operationWork, log } = this.options;
    while (!this.#stopping.signal.aborted) {
      const taken = await operationWork.take(TURNS[pace]);
      const [first] = taken;
      if (first === undefined) return;
      if (pace === 'quick') await operationWork.end(await Promise.all(taken.map((item) => this.#end(item))));
      else await this.#oneByOne(taken);
      log.info('operation went on', { operation: first.operationId, taskResults: taken.length });
    }
  }

  /** Each is written as soon as it has ended; one that a stop cut off is done anew. */
  async #oneByOne(taken: readonly TakenItem[]): Promise<void> {
    for (const item of taken) {
      const ended = await this.#end(item);
      if (this.#stopping.signal.aborted) return;
      await this.options.operationWork.end([ended]);
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
    const acts: Readonly<Record<OperationKind, () => Promise<Act>>> = {
      resend: () => this.#resend(item),
      reevaluate: () => this.#reevaluate(item),
    };
    return acts[item.kind]();
  }

  async #resend({ organizationId, taskResultId: id, by }: TakenItem): Promise<Act> {
    return resent(await this.options.resends.resend({ scope: { kind: 'organization', organizationId }, id, by }));
  }

  async #reevaluate(item: TakenItem): Promise<Act> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(JUDGE_MS)]);
    return reevaluated(await reevaluate(this.options, item, signal));
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

function reevaluated(answer: Reevaluated): Act {
  if (answer.kind === 'refused') return { state: 'refused', detail: UNJUDGED[answer.why] };
  if (answer.kind === 'failed') return { state: 'failed', detail: answer.reason };
  const verdict = answer.verdict === 'passed' ? 'Passed' : 'Failed';
  return { state: 'done', detail: answer.isSame ? `${verdict}, as before.` : `${verdict}, which it did not before.` };
}

const UNJUDGED: Readonly<Record<ReevaluationRefusal, string>> = {
  gone: 'The details of the task result are gone.',
  undecided: 'There is no verdict yet.',
  no_plan: 'Its plan is not kept, or no longer.',
  too_large: 'Its plan is larger than is kept: 8 MB, compressed.',
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
