import type { TaskResultBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { AppLink } from '../shell/AppLink.js';
import { Moment } from '../time/Moment.js';
import { momentText } from '../time/moment-text.js';
import { Picture } from './Picture.js';
import classes from './VerdictTimeline.module.css';
import { Table } from '../states/Table.js';

interface VerdictTimelineProps {
  readonly title: string;
  /** Newest first. */
  readonly taskResults: readonly TaskResultBody[];
  readonly currentId?: string;
  readonly hrefOf: (taskResult: TaskResultBody) => string;
}

const CELLS = { passed: ['✓', 'passed'], failed: ['✕', 'failed'], open: ['◌', 'open'] } as const;

/** Verdicts in a row, the oldest first: by shape, colour and name. */
export function VerdictTimeline({ title, taskResults, currentId, hrefOf }: VerdictTimelineProps): ReactNode {
  const cells = taskResults.toReversed();
  return (
    <Picture title={title} table={<AsTable taskResults={taskResults} hrefOf={hrefOf} />}>
      <div className={classes.cells}>
        {cells.map((taskResult) => {
          const [shape, name] = CELLS[taskResult.verdict ?? 'open'];
          const at = new Date(taskResult.receivedAt);
          const label = `${name}, ${momentText(at, { style: 'local', now: at })}`;
          return (
            <span
              key={taskResult.id}
              className={classes.cell}
              data-verdict={name}
              data-current={taskResult.id === currentId}
            >
              <AppLink href={hrefOf(taskResult)} title={label} aria-label={label} c="inherit" underline="never">
                {shape}
              </AppLink>
            </span>
          );
        })}
      </div>
    </Picture>
  );
}

function AsTable({ taskResults, hrefOf }: Pick<VerdictTimelineProps, 'taskResults' | 'hrefOf'>): ReactNode {
  return (
    <Table>
      <tbody>
        {taskResults.map((taskResult) => (
          <tr key={taskResult.id}>
            <td>
              <Moment at={taskResult.receivedAt} />
            </td>
            <td>
              <AppLink href={hrefOf(taskResult)}>{taskResult.verdict ?? 'open'}</AppLink>
            </td>
            <td>{taskResult.message}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
