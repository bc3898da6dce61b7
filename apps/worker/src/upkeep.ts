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

/** Keeps the audit trails and purges, in every worker: what one has in its hands, the others leave out. */
export class Upkeep {
  readonly #trails: Repeater;
  readonly #purges: Repeater;
  readonly #noted = new Map<string, number>();
  /** When heads were last noted; null before the first time, which notes all. */
  #notedAt: Date | null = null;

  constructor(private readonly options: UpkeepOptions) {
    const failed = (moment: string) => (error: unknown) => {
      options.log.warn(`${moment} failed`, { error: error instanceof Error ? error.message : String(error) });
    };
    const everyMs = EVERY_MS;
    this.#trails = new Repeater({ everyMs, work: () => this.keepTrails(), failed: failed('audit trails') });
    this.#purges = new Repeater({ everyMs, work: () => this.purge(), failed: failed('purge') });
  }

  start(): void {
    this.#trails.start();
    this.#purges.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#trails.stop(), this.#purges.stop()]);
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
