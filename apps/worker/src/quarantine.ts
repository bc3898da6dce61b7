import {
  isDeath,
  quarantineOf,
  whyQuarantined,
  type Check,
  type CheckResult,
  type Clock,
  type Evaluation,
  type Log,
  type Quarantine,
  type QuarantineStore,
  type QuarantineWatch,
} from '@rungate/run-task';
import type { Metrics } from '@rungate/telemetry';

/** Where quarantines are kept, and what a plugin's version is. */
export interface QuarantineOptions {
  readonly quarantines: QuarantineStore;
  /** Version of the plugin of this name; null when there is none. */
  readonly pluginVersion: (use: string) => string | null;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** How often quarantines are imposed and read: so long one may take to act, milliseconds. */
export const QUARANTINE_EVERY_MS = 2_000;

/** The quarantines as this worker knows them: read every two seconds, so that an evaluation asks nobody. */
export class Quarantines implements QuarantineWatch {
  #active: readonly Quarantine[] = [];

  constructor(private readonly options: QuarantineOptions) {}

  /** Imposes what is due, and reads what counts now. */
  async refresh(): Promise<void> {
    const { quarantines, metrics, log } = this.options;
    for (const imposed of await quarantines.impose()) {
      logImposed(log, imposed);
      metrics.count('rungate_quarantines_total', { reach: imposed.place === null ? 'platform' : 'organization' });
    }
    this.#active = await quarantines.active();
  }

  whyNot({ lease, runTaskId }: Evaluation, { name: check, use }: Check): string | null {
    if (this.#active.length === 0) return null;
    const { pluginVersion, clock } = this.options;
    const version = pluginVersion(use);
    if (version === null) return null;
    const candidate = { organizationId: lease.organizationId, runTaskId, check, use, pluginVersion: version };
    const found = quarantineOf(this.#active, candidate, clock.now());
    return found === null ? null : whyQuarantined(found);
  }

  async died({ lease, runTaskId }: Evaluation, results: readonly CheckResult[]): Promise<void> {
    const { quarantines, pluginVersion, log } = this.options;
    const { organizationId, taskResultId } = lease;
    const deaths = results.filter(isDeath).flatMap(({ name: check, use, failure }) => {
      const version = pluginVersion(use);
      if (version === null || failure === null) return [];
      return [{ organizationId, runTaskId, check, use, pluginVersion: version, taskResultId, failure }];
    });
    for (const { check, use, failure } of deaths) {
      log.warn('check ended its process', { organizationId, taskResultId, check, use, failure });
    }
    if (deaths.length === 0) return;
    try {
      await quarantines.noteDeaths(organizationId, deaths);
    } catch (error) {
      // One that is not counted is one more that a hostile check has.
      log.warn('deaths of checks not noted', { error: error instanceof Error ? error.message : String(error) });
    }
  }
}

function logImposed(log: Log, { place, use, pluginVersion, failure, count, until }: Quarantine): void {
  const line = { use, pluginVersion, until: until.toISOString() };
  if (place === null) log.error('plugin quarantined for everybody', { ...line, organizations: count });
  else log.error('check quarantined', { ...place, ...line, failure, deaths: count });
}
