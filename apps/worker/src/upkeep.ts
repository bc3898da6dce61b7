import type { AuditHead, AuditTrails, Clock, HeadSink, Log, Purges } from '@rungate/run-task';
import { Repeater } from './repeater.js';

/** What a worker keeps besides task results. */
export interface UpkeepOptions {
  readonly auditTrails: AuditTrails;
  readonly heads: HeadSink;
  readonly purges: Purges;
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_MS = 1_000;
/** Events chained in one transaction; a tick goes on while it finds so many. */
const BATCH = 500;
const HEADS_EVERY_MS = 60_000;
/** A transaction that chains may last so long before others see it: heads are looked for that far back. */
const OVERLAP_MS = 120_000;

/** Steps of purges in one tick: each removes little, so that nobody waits for it. */
const PURGE_STEPS = 20;
/** Task results that lose their details in one transaction, and tombstones that go in one. */
const AGED_BATCH = 100;
/** How much of a tick goes into removing by age: a backlog of it must not take Postgres from verdicts. */
const AGED_FOR_MS = 250;

/** Keeps the audit trails and purges, in every worker: what one has in its hands, the others leave out. */
export class Upkeep {
  readonly #repeaters: readonly Repeater[];
  readonly #noted = new Map<string, number>();
  /** When heads were last noted; null before the first time, which notes all. */
  #notedAt: Date | null = null;

  constructor(private readonly options: UpkeepOptions) {
    const every = (moment: string, work: () => Promise<void>): Repeater => {
      const failed = (error: unknown): void => {
        options.log.warn(`${moment} failed`, { error: error instanceof Error ? error.message : String(error) });
      };
      return new Repeater({ everyMs: EVERY_MS, work, failed });
    };
    this.#repeaters = [
      every('audit trails', () => this.keepTrails()),
      every('purge', () => this.purge()),
      every('retention', () => this.purgeAged()),
    ];
  }

  start(): void {
    for (const repeater of this.#repeaters) repeater.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#repeaters.map((repeater) => repeater.stop()));
  }

  /** Removes some of what is due to be removed. */
  async purge(): Promise<void> {
    for (let left = PURGE_STEPS; left > 0; left--) {
      const step = await this.options.purges.step();
      if (step === null) return;
      const { organizationId, slug, finished } = step;
      if (finished) this.options.log.info('purged', { organizationId, organization: slug });
    }
  }

  /** Removes some of what is past its retention, and some tombstones of what was long ago. */
  async purgeAged(): Promise<void> {
    const { purges, clock, log } = this.options;
    const until = clock.now().getTime() + AGED_FOR_MS;
    const organizations = new Set<string>();
    let taskResults = 0;
    do {
      const step = await purges.purgeAged(AGED_BATCH);
      if (step === null) break;
      if (step.purged > 0) organizations.add(step.organizationId);
      taskResults += step.purged;
    } while (clock.now().getTime() < until);
    let plans = 0;
    do {
      const purged = await purges.purgeInputs(AGED_BATCH);
      if (purged === null) break;
      plans += purged;
    } while (clock.now().getTime() < until);
    const tombstones = await purges.sweepTombstones(AGED_BATCH);
    if (taskResults + plans + tombstones === 0) return;
    log.info('removed by age', { organizations: organizations.size, taskResults, plans, tombstones });
  }

  /** Chains what is not chained, and once a minute notes where the trails end. */
  async keepTrails(): Promise<void> {
    while ((await this.options.auditTrails.chain(BATCH)) === BATCH);
    await this.#noteHeads();
  }

  async #noteHeads(): Promise<void> {
    const { auditTrails, heads: sink, clock } = this.options;
    const now = clock.now();
    if (this.#notedAt !== null && now.getTime() - this.#notedAt.getTime() < HEADS_EVERY_MS) return;
    const since = this.#notedAt === null ? null : new Date(this.#notedAt.getTime() - OVERLAP_MS);
    const heads = await auditTrails.heads(since);
    const news = heads.filter(({ trail, sequence }) => this.#noted.get(trail) !== sequence);
    if (news.length > 0) await sink.note(news);
    this.#remember(news, now);
  }

  #remember(heads: readonly AuditHead[], at: Date): void {
    for (const { trail, sequence } of heads) this.#noted.set(trail, sequence);
    this.#notedAt = at;
  }
}
