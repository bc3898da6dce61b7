import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { RowChange } from '@rungate/run-task';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { ChangeLog } from './change-log.js';

/** Whoever is told of changes. */
export interface Watcher {
  /** What was changed and is committed at `readAt`; null: more than can be told, or nobody knows what. */
  told(changes: readonly RowChange[] | null, readAt: Date): void;
  /** This process ends. */
  shutDown(): void;
}

/** How often the database is asked while anybody watches. */
const EVERY_MS = 400;
/** After it could not be asked. */
const AGAIN_MS = 2_000;
/** Changes of one kind in one look: beyond that nobody reads them one by one. */
const AT_MOST = 10_000;

/** Asks for changes once for all who watch, and not at all while nobody does. */
@Injectable()
export class EventHub implements OnModuleDestroy {
  readonly #watchers = new Set<Watcher>();
  #log = new ChangeLog();
  #isLooking = false;
  #isOver = false;

  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** From now on; before that, what may have happened since a moment, or is just happening. Until the signal. */
  async watch(watcher: Watcher, since: Date | null, signal: AbortSignal): Promise<void> {
    if (this.#log.readAt === null) await this.#look();
    const { readAt } = this.#log;
    if (signal.aborted) return;
    watcher.told(readAt === null ? null : this.#log.since(since ?? readAt), readAt ?? new Date(0));
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
    if (this.#isOver) watcher.shutDown();
    void this.#keepLooking();
  }

  onModuleDestroy(): void {
    this.#isOver = true;
    for (const watcher of this.#watchers) watcher.shutDown();
  }

  async #keepLooking(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#watchers.size > 0 && !this.#isOver) {
      const seen = await this.#look();
      await sleep(seen ? EVERY_MS : AGAIN_MS, null, { ref: false });
    }
    // Whoever watches next reads what happened meanwhile, as far as it is kept.
    this.#log = new ChangeLog();
    this.#isLooking = false;
  }

  async #look(): Promise<boolean> {
    try {
      const answer = await this.options.changes.changesSince(this.#log.lookFrom, AT_MOST);
      const news = this.#log.add(answer);
      for (const watcher of this.#watchers) watcher.told(news, answer.readAt);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.log.warn('changes could not be read', { error: reason });
      return false;
    }
  }
}
