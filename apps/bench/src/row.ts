import type { Closing } from './closing.js';
import type { Database } from './stage.js';

/** One line of the table: what was measured, beside what it is measured against in the same run. */
export interface Row {
  readonly name: string;
  /** Figures of Rungate, by name with unit. */
  readonly figures: Figures;
  /** The same of the baseline; null where none can run here. */
  readonly baseline: { readonly name: string; readonly figures: Figures } | null;
  readonly targets: readonly Target[];
}

/** Numbers by name; the name ends with the unit. */
export type Figures = Readonly<Record<string, number>>;

/** A promise of the design, and whether this run kept it. */
export interface Target {
  readonly text: string;
  readonly value: number;
  readonly met: boolean;
}

/** What a measurement may use. */
export interface BenchContext {
  readonly database: Database;
  /** 1 in a full run; less measures shorter. */
  readonly scale: number;
  /** Where the platform's processes leave profiles of their CPU; null: nowhere. */
  readonly profileDir: string | null;
  /** Ends what a measurement started, also when it is interrupted. */
  readonly closing: Closing;
}

/** A measurement of the table. */
export interface Measurement {
  /** What `--only` names. */
  readonly name: string;
  readonly title: string;
  measure(context: BenchContext): Promise<readonly Row[]>;
}

/** A value that should not pass a limit. */
export function atMost(name: string, value: number, limit: number): Target {
  return { text: `${name} ≤ ${limit}`, value, met: value <= limit };
}

/** A value that should reach a limit. */
export function atLeast(name: string, value: number, limit: number): Target {
  return { text: `${name} ≥ ${limit}`, value, met: value >= limit };
}
