import type { TaskResultDetailBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Table } from '../states/Table.js';
import { durationText } from '../time/duration-text.js';
import { Moment } from '../time/Moment.js';
import { attemptPoints, LANES, type AttemptPoint } from './attempts.js';
import { Picture } from './Picture.js';
import classes from './Attempts.module.css';

const WIDTH = 900;
const LANE = 26;
const LEFT = 80;

/** Each try to call back: when it was made, and what was answered. */
export function AttemptsPicture({
  taskResult: { deliveries, receivedAt, finalBy },
}: {
  readonly taskResult: Pick<TaskResultDetailBody, 'deliveries' | 'receivedAt' | 'finalBy'>;
}): ReactNode {
  const attempts = deliveries.flatMap(({ kind, attempts: each }) =>
    each.map(({ at, status, error }) => ({ at, status, error, what: kind === 'final' ? 'verdict' : 'progress' })),
  );
  if (attempts.length === 0) return null;
  const from = Date.parse(receivedAt);
  const last = Math.max(...attempts.map(({ at }) => Date.parse(at)));
  // A deadline far behind the last try would press all tries together.
  const to = Math.min(Date.parse(finalBy), from + (last - from) * 1.25 + 1_000);
  const points = attemptPoints(attempts, from, to);
  const x = (share: number): number => LEFT + share * (WIDTH - LEFT - 10);
  const height = LANES.length * LANE;
  return (
    <Picture title="Tries over time" table={<AsTable points={points} from={from} />}>
      <svg
        className={classes.picture}
        viewBox={`0 0 ${WIDTH} ${height + 18}`}
        role="img"
        aria-label={`${points.length} tries, ${points.filter(({ isTaken }) => isTaken).length} of them taken`}
      >
        {LANES.map((lane, index) => (
          <g key={lane}>
            <line className={classes.lane} x1={LEFT} x2={WIDTH} y1={(index + 0.5) * LANE} y2={(index + 0.5) * LANE} />
            <text className={classes.text} x={0} y={(index + 0.5) * LANE + 4}>
              {lane}
            </text>
          </g>
        ))}
        {points.map(({ at, x: share, lane, label, isTaken }, index) => (
          <circle
            key={`${at} ${index}`}
            className={classes.point}
            data-taken={isTaken}
            cx={x(share)}
            cy={(LANES.indexOf(lane) + 0.5) * LANE}
            r={5}
          >
            <title>{`${label}, ${durationText(at - from)} after the request`}</title>
          </circle>
        ))}
        <text className={classes.text} x={LEFT} y={height + 14}>
          received
        </text>
        <text className={classes.text} x={WIDTH} y={height + 14} textAnchor="end">
          {durationText(to - from)} later
        </text>
      </svg>
    </Picture>
  );
}

function AsTable({ points, from }: { readonly points: readonly AttemptPoint[]; readonly from: number }): ReactNode {
  return (
    <Table>
      <tbody>
        {points.map(({ at, label }, index) => (
          <tr key={`${at} ${index}`}>
            <td>
              <Moment at={new Date(at).toISOString()} />
            </td>
            <td>{durationText(at - from)} after the request</td>
            <td>{label}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
