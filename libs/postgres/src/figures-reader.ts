import type { FiguresReader, WorkFigures } from '@rungate/run-task';
import type { LoginPool } from './login-pool.js';

/** Rows that are counted: what is more is told by the time that the oldest has waited. */
const MOST = 300_000;
/** Whoever watches asks every few seconds, several of them together. */
const BELIEVED_MS = 5_000;

/** Figures over the scheduling columns of all organizations, as `rungate_flow`. */
export class PostgresFiguresReader implements FiguresReader {
  #read: { readonly at: number; readonly figures: Promise<WorkFigures> } | null = null;

  constructor(private readonly pool: LoginPool) {}

  workFigures(): Promise<WorkFigures> {
    const now = performance.now();
    if (this.#read !== null && now - this.#read.at < BELIEVED_MS) return this.#read.figures;
    const figures = this.#select();
    // What failed is asked again.
    figures.catch(() => (this.#read = null));
    this.#read = { at: now, figures };
    return figures;
  }

  async #select(): Promise<WorkFigures> {
    const { rows } = await this.pool.query<FiguresRow>({ name: 'work-figures', text: FIGURES, values: [MOST] });
    const [row] = rows;
    if (row === undefined) throw new Error('The figures have no row.');
    return {
      waiting: row.waiting,
      inFlight: row.in_flight,
      oldestWaitMs: row.oldest_wait_ms ?? 0,
      nearestDeadlineMs: row.nearest_deadline_ms,
      deliveriesDue: row.deliveries_due,
    };
  }
}

interface FiguresRow {
  readonly waiting: number;
  readonly in_flight: number;
  readonly oldest_wait_ms: number | null;
  readonly nearest_deadline_ms: number | null;
  readonly deliveries_due: number;
}

const FIGURES = `
  SELECT waiting.count::integer AS waiting, waiting.oldest_wait_ms,
    (SELECT count(*)::integer FROM task_results WHERE state = 'evaluating' AND lease_until > now()) AS in_flight,
    (SELECT (extract(epoch FROM min(decide_at) - now()) * 1000)::float8 FROM task_results WHERE verdict IS NULL)
      AS nearest_deadline_ms,
    (SELECT count(*)::integer FROM (
      SELECT FROM deliveries WHERE state = 'due' AND kind = 'final' AND due_at <= now() AND deadline > now()
        AND (leased_until IS NULL OR leased_until <= now()) LIMIT $1
    ) AS due) AS deliveries_due
  FROM (
    SELECT count(*), (extract(epoch FROM now() - min(received_at)) * 1000)::float8 AS oldest_wait_ms FROM (
      SELECT received_at FROM task_results
      WHERE state = 'accepted' OR (state = 'evaluating' AND lease_until <= now())
      ORDER BY received_at LIMIT $1
    ) AS oldest
  ) AS waiting`;
