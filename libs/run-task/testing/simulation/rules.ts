import type { Verdict } from '../../src/index.js';
import type { Row } from '../rows.js';
import { brokenLeases, type BrokenRule, type LedgerEntry } from './ledger.js';

/** What the simulation alone can look into: the rows themselves, and what went on between the processes and the store. */
export interface Inside {
  readonly rows: readonly Row[];
  readonly ledger: readonly LedgerEntry[];
  /** Names of the checks of every run task. */
  readonly checks: readonly string[];
  readonly onTimeoutOf: (row: Row) => Verdict;
}

/** Every rule of the store and of verdicts that was broken, besides the invariants. */
export function brokenRules({ rows, ledger, checks, onTimeoutOf }: Inside): readonly BrokenRule[] {
  const started = new Set(ledger.flatMap((entry) => (entry.kind === 'check_started' ? [entry.id] : [])));
  return [
    ...brokenLeases(ledger),
    ...rows.flatMap((row) =>
      Object.entries(RULES)
        .filter(([, holds]) => !holds(row, { checks, onTimeout: onTimeoutOf(row), hasStarted: started.has(row.id) }))
        .map(([rule]) => ({ rule, id: row.id })),
    ),
  ];
}

interface Judging {
  readonly checks: readonly string[];
  readonly onTimeout: Verdict;
  readonly hasStarted: boolean;
}

const RULES: Readonly<Record<string, (row: Row, judging: Judging) => boolean>> = {
  'a task result has one final delivery': ({ deliveries }) =>
    deliveries.filter(({ kind }) => kind === 'final').length === 1,
  'a check has one result': ({ results }) => new Set(results.map(({ name }) => name)).size === results.length,
  'no check is kept as aborted': ({ results }) => results.every(({ failure }) => failure !== 'aborted'),
  'a verdict follows from the results': (row, { checks, hasStarted }) => {
    if (!('verdict' in row.taskResult) || (!hasStarted && row.results.length < checks.length)) return true;
    const expected = row.results.some(({ blocks }) => blocks) ? 'failed' : 'passed';
    return row.taskResult.verdict === expected && checks.every((name) => row.results.some((one) => one.name === name));
  },
  'a task result whose checks never started follows onTimeout': (row, { checks, onTimeout, hasStarted }) => {
    if (!('verdict' in row.taskResult) || hasStarted || row.results.length >= checks.length) return true;
    return row.taskResult.verdict === onTimeout;
  },
};
