import type { LiveBoard, LiveFilter, LiveNumbers, LiveTaskResult, OrganizationLoad } from '../src/index.js';
import { FixedClock } from './clock.js';

/** A board that shows what a test puts on it. */
export class InMemoryLiveBoard implements LiveBoard {
  rows: readonly LiveTaskResult[] = [];
  perMinute: readonly OrganizationLoad[] = [];

  constructor(private readonly clock = new FixedClock()) {}

  numbers(): Promise<LiveNumbers> {
    return Promise.resolve({ inFlight: this.rows.length, atRisk: 0, missedLastHour: 0, callbacksFailing: 0 });
  }

  inFlight({ organization }: LiveFilter, limit: number) {
    const rows = this.rows.filter((row) => organization === undefined || row.organization === organization);
    return Promise.resolve({ now: this.clock.now(), rows: rows.slice(0, limit) });
  }

  load(): Promise<readonly OrganizationLoad[]> {
    return Promise.resolve(this.perMinute);
  }
}
