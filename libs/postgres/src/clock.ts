import type { Clock } from '@rungate/run-task';
import type { LoginPool } from './login-pool.js';

/** How often the clocks are compared: a quartz drifts by some milliseconds in that time. */
const SAMPLE_EVERY_MS = 30_000;
/** Of several samples the one with the shortest way to the database and back is the best. */
const SAMPLES = 3;

/** The database's clock, read over this process' steady one: the machine's wall clock has no say. */
export class PostgresClock implements Clock {
  #offsetMs: number;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly pool: LoginPool,
    offsetMs: number,
  ) {
    this.#offsetMs = offsetMs;
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_EVERY_MS).unref();
  }

  static async start(pool: LoginPool): Promise<PostgresClock> {
    return new PostgresClock(pool, await measureOffset(pool));
  }

  now(): Date {
    return new Date(this.#offsetMs + performance.now());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    try {
      this.#offsetMs = await measureOffset(this.pool);
    } catch {
      // The database is away: the last offset serves until the next sample.
    }
  }
}

async function measureOffset(pool: LoginPool): Promise<number> {
  const samples: { offsetMs: number; tookMs: number }[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const before = performance.now();
    const { rows } = await pool.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    const tookMs = performance.now() - before;
    samples.push({ offsetMs: (rows[0]?.ms ?? Date.now()) - before - tookMs / 2, tookMs });
  }
  return samples.sort((a, b) => a.tookMs - b.tookMs)[0]?.offsetMs ?? Date.now() - performance.now();
}
