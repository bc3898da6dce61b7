import type { ReactNode } from 'react';
import classes from './LoadStrip.module.css';

const CELL = 8;
const ROW = 14;

interface LoadCellsProps {
  /** Whose. */
  readonly organization: string;
  /** Minute by minute, the oldest first. */
  readonly received: readonly number[];
  /** The largest of all strips beside it: they have one scale. */
  readonly most: number;
}

/** What an organization sent, a cell a minute. */
export function LoadCells({ organization, received, most }: LoadCellsProps): ReactNode {
  const sum = received.reduce((all, count) => all + count, 0);
  return (
    <svg
      className={classes.cells}
      viewBox={`0 0 ${received.length * CELL} ${ROW}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${organization}: ${sum} requests`}
    >
      {received.map((count, minute) => (
        <rect
          key={minute}
          className={classes.cell}
          x={minute * CELL}
          y={0}
          width={CELL - 1}
          height={ROW}
          style={{ fillOpacity: count === 0 ? 0.06 : 0.25 + (count / most) * 0.75 }}
        >
          <title>{`${received.length - minute - 1} min ago: ${count}`}</title>
        </rect>
      ))}
    </svg>
  );
}
