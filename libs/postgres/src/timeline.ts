import type { TimelineEntry } from '@rungate/run-task';
import type { WholeRow } from './task-result-reader.js';

/** The moments of a task result in order, each as one line for a person. */
export function timelineOf(row: WholeRow): readonly TimelineEntry[] {
  const entries = [
    entry(row.receivedAt, 'received'),
    entry(row.startedAt, 'evaluation started'),
    ...row.checkResults.map(({ createdAt, name, status }) => entry(createdAt, `check ${name}: ${status}`)),
    entry(row.decidedAt, `decided: ${row.verdict ?? ''}`),
    ...row.deliveries.flatMap(({ kind, attempts }) =>
      attempts.flatMap(({ startedAt, finishedAt, status, answerClass }) => [
        entry(startedAt, `${WORDS[kind] ?? kind} sent`),
        entry(
          finishedAt,
          `${WORDS[kind] ?? kind} answered: ${status === null ? (answerClass ?? '') : `HTTP ${status}`}`,
        ),
      ]),
    ),
    ...row.deliveries
      .filter(({ kind }) => kind === 'final')
      .map(({ endedAt, state, reason }) => entry(endedAt, reason === null ? state : `${state}: ${reason}`)),
    // Its deliveries told that.
    ...(row.purgedAt === null ? [] : [entry(row.deliveredAt, 'delivered')]),
    entry(row.purgedAt, 'details removed: they were past the retention of the organization'),
  ];
  return entries.flat().sort((a, b) => a.at.getTime() - b.at.getTime());
}

const WORDS: Readonly<Record<string, string>> = { progress: 'progress', final: 'verdict' };

function entry(at: Date | null, event: string): readonly TimelineEntry[] {
  return at === null ? [] : [{ at, event }];
}
