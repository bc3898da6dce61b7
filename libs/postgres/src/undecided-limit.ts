import type { LoginPool } from './login-pool.js';

/** Accepts between two counts of an organization under its limit, so that the hot path does not count. */
const COUNT_EVERY = 500;
/** How long an organization over its limit waits for the next count. */
const RECOUNT_MS = 1_000;

interface Load {
  accepted: number;
  over: boolean;
  countedAt: number;
}

/** Keeps one organization from filling the database: exact to some hundreds per ingress process. */
export class UndecidedLimit {
  readonly #loads = new Map<string, Load>();

  constructor(
    private readonly pool: LoginPool,
    private readonly limit: number,
  ) {}

  async isOver(organizationId: string): Promise<boolean> {
    const load = this.#loads.get(organizationId);
    if (load === undefined || !isDue(load, Math.min(COUNT_EVERY, this.limit))) return load?.over ?? false;
    // Whoever comes meanwhile goes by the last count: a count takes long exactly when there is much to count.
    load.accepted = 0;
    load.countedAt = performance.now();
    const { rows } = await this.pool.query<{ over: boolean }>({
      name: 'holds-undecided',
      text: 'SELECT holds_undecided($1, $2) AS over',
      values: [organizationId, this.limit],
    });
    load.over = rows[0]?.over === true;
    return load.over;
  }

  /** After each task result that was recorded. */
  count(organizationId: string): void {
    const load = this.#loads.get(organizationId) ?? { accepted: 0, over: false, countedAt: 0 };
    load.accepted += 1;
    this.#loads.set(organizationId, load);
  }
}

function isDue({ accepted, over, countedAt }: Load, every: number): boolean {
  return over ? performance.now() - countedAt >= RECOUNT_MS : accepted >= every;
}
