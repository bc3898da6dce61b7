/** The statement of each commit, by the name under which it passes to Postgres. */
export const STATEMENT_NAMES = {
  D1: 'record-task-results',
  D2: 'claim',
  D3: 'save-check-results',
  D4: 'decide',
  D5: 'claim-deliveries',
  D6: 'finish-final-attempt',
  /** The keeper decides what is late. */
  late: 'take-over',
} as const;

/** A statement where a connection can be stopped. */
export type StatementKey = keyof typeof STATEMENT_NAMES;

/** The bytes that stand before such a statement: its name, as the protocol ends texts. */
export function bytesOf(statement: StatementKey): string {
  return `\0${STATEMENT_NAMES[statement]}\0`;
}
