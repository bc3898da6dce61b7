import { Inject, Injectable } from '@nestjs/common';
import type { BatchAnswer } from '@rungate/contract';
import type { Difference, PutWhole } from '@rungate/run-task';
import { problemFrom } from '../edge/problem.filter.js';
import { problemOf } from '../edge/problem.js';
import type { Requester } from '../edge/requester.js';
import { invalid } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { PutOrganization } from '../organization/put-organization.js';
import { handOver } from '../run-task/hand-over.js';
import { PutRunTask } from '../run-task/put-run-task.js';
import { hookUrlOf } from '../run-task/run-task.presenter.js';
import { inOrder } from './in-order.js';
import { parseLine, slugOf } from './parse-line.js';
import { belowLater, partsOf, wholeOf, type WantedWhole, type WholePorts } from './whole.js';

/** Organizations that are made or changed at once: enough to keep the database busy, and connections for others. */
const AT_ONCE = 6;

/** A line on its way: what is wanted, or already why not. */
type Step =
  | { readonly line: number; readonly slug: string | null; readonly refused: unknown }
  | { readonly line: number; readonly slug: string; readonly wanted: WantedWhole; readonly whole: PutWhole };

type Done = Pick<BatchAnswer, 'change' | 'changed' | 'runTasks'>;
type DoneRunTask = NonNullable<BatchAnswer['runTasks']>[number];

/** Many PUTs at once. What is as it should be is found out for all together; the rest is done as the single PUTs do it. */
@Injectable()
export class Batch {
  readonly #ports: WholePorts;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(PutOrganization) private readonly putOrganization: PutOrganization,
    @Inject(PutRunTask) private readonly putRunTask: PutRunTask,
  ) {
    this.#ports = { options, putOrganization, putRunTask };
  }

  /** The answers come one by one, in the order of the lines; none of them throws. */
  async run(
    requester: Requester,
    lines: readonly string[],
    dryRun: boolean,
  ): Promise<AsyncGenerator<BatchAnswer, void, undefined>> {
    const steps = this.steps(requester, lines, dryRun);
    const wholes = steps.flatMap((step) => ('whole' in step ? [step.whole] : []));
    const differences = await this.options.onboarding.compare(wholes);
    const byWhole = new Map(wholes.map((whole, index) => [whole, differences[index]]));
    return inOrder(steps, AT_ONCE, (step) =>
      this.answered(step, async () => {
        if (!('whole' in step)) throw step.refused;
        return this.done(requester, step, byWhole.get(step.whole) ?? { kind: 'different' });
      }),
    );
  }

  private steps(requester: Requester, lines: readonly string[], dryRun: boolean): readonly Step[] {
    const seen = new Set<string>();
    return lines.map((text, index) => {
      const line = index + 1;
      try {
        const wanted = partsOf(parseLine(text), dryRun);
        const { slug } = wanted.organization;
        if (seen.has(slug)) throw invalid([{ pointer: '/slug', detail: 'Is used twice in this batch.' }]);
        seen.add(slug);
        return { line, slug, wanted, whole: wholeOf(this.#ports, requester, wanted) };
      } catch (refused) {
        return { line, slug: slugOf(text), refused };
      }
    });
  }

  private async answered({ line, slug }: Step, work: () => Promise<Done>): Promise<BatchAnswer> {
    try {
      const done = await work();
      return { line, slug, status: done.change === 'created' ? 201 : 200, ...done };
    } catch (error) {
      const problem = problemFrom(error) ?? this.unexpected(error);
      return { line, slug, status: problem.status, error: problem };
    }
  }

  private async done(
    requester: Requester,
    step: Extract<Step, { whole: PutWhole }>,
    difference: Difference,
  ): Promise<Done> {
    if (difference.kind === 'same') return this.unchanged(difference);
    if (difference.kind === 'absent') {
      const done = step.wanted.organization.dryRun ? imagined(step.whole) : await this.create(step);
      if (done !== null) return done;
    }
    return this.putEach(requester, step.wanted);
  }

  private unchanged({ runTasks }: Extract<Difference, { kind: 'same' }>): Done {
    return {
      change: 'unchanged',
      changed: [],
      runTasks: runTasks.map(({ name, hookId, fingerprint }) => ({
        name,
        change: 'unchanged',
        hookUrl: hookUrlOf({ hookId }, this.options.publicUrl),
        hmacKeyFingerprint: fingerprint,
      })),
    };
  }

  /** Null: it cannot be new, and the single PUTs say why. */
  private async create({ wanted, whole }: Extract<Step, { whole: PutWhole }>): Promise<Done | null> {
    const secrets = await Promise.all(
      whole.runTasks.map(({ hmacKey }, index) =>
        belowLater(index, () => handOver(hmacKey.secret, wanted.runTasks[index]?.body.deliver)),
      ),
    );
    const made = await this.options.onboarding.create(whole);
    if (made === null) return null;
    return {
      ...imagined(whole),
      runTasks: made.map(({ name, hookId, hmacKeys }, index) => ({
        name,
        change: 'created',
        hookUrl: hookUrlOf({ hookId }, this.options.publicUrl),
        hmacKeyFingerprint: hmacKeys[0]?.fingerprint ?? null,
        ...secrets[index],
      })),
    };
  }

  private async putEach(requester: Requester, { organization, runTasks }: WantedWhole): Promise<Done> {
    const { kind, changed, stored } = await this.putOrganization.put(requester, organization);
    const done: DoneRunTask[] = [];
    const fields: string[] = [];
    for (const [index, runTask] of runTasks.entries()) {
      const { body } = await belowLater(index, () =>
        this.putRunTask.put(requester, { organization: stored, ...runTask }),
      );
      const { name, change, hookUrl: url, hmacKeyFingerprint } = body;
      const { hmacKey, sealedHmacKey } = body;
      done.push({ name, change, hookUrl: url, hmacKey, sealedHmacKey, hmacKeyFingerprint });
      fields.push(
        ...(change === 'created' ? [''] : body.changed.map((field) => `/${field}`)).map(
          (field) => `runTasks/${name}${field}`,
        ),
      );
    }
    const all = [...changed, ...fields];
    return { change: kind === 'unchanged' && all.length > 0 ? 'changed' : kind, changed: all, runTasks: done };
  }

  private unexpected(error: unknown): ReturnType<typeof problemOf> {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.options.log.error('api_request_failed', { method: 'POST', route: 'batch', error: text });
    return problemOf(500);
  }
}

/** What making it would say, before it is made. */
function imagined({ organization, runTasks }: PutWhole): Done {
  return {
    change: 'created',
    changed: [...Object.keys(organization.settings), ...runTasks.map(({ name }) => `runTasks/${name}`)],
    runTasks: runTasks.map(({ name }) => ({ name, change: 'created', hookUrl: null, hmacKeyFingerprint: null })),
  };
}
