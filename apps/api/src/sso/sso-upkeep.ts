import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Domains } from './domains.js';
import { MetadataUpkeep } from './metadata-upkeep.js';

const EVERY_MS = 60_000;
/** Names and documents of others that one tick asks for. */
const AT_MOST = 20;

/** Looks again, in every process of the API, at what others publish about sign-in: what one has in its hands, the others leave out. */
@Injectable()
export class SsoUpkeep implements OnModuleInit, OnModuleDestroy {
  #timer: NodeJS.Timeout | null = null;
  #isAtWork = false;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Domains) private readonly domains: Domains,
    @Inject(MetadataUpkeep) private readonly metadata: MetadataUpkeep,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.#tick(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    try {
      await this.domains.checkDue(AT_MOST);
      await this.metadata.refreshDue(AT_MOST);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.log.warn('sign-in could not be looked after', { error: reason });
    } finally {
      this.#isAtWork = false;
    }
  }
}
