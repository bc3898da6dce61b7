import type { ReactNode } from 'react';
import { Table } from '../states/Table.js';
import { clockText } from '../time/duration-text.js';
import type { BurnDown } from './burn-down.js';
import { Picture } from './Picture.js';
import classes from './BurnDown.module.css';

const WIDTH = 600;
const HEIGHT = 150;

interface BurnDownPictureProps {
  readonly burnDown: BurnDown;
  /** Names and time left, the least first. */
  readonly rows: readonly { readonly id: string; readonly name: string; readonly leftMs: number }[];
}

/** Each line one task result: how much time is left, until now and from now on. */
export function BurnDownPicture({ burnDown, rows }: BurnDownPictureProps): ReactNode {
  const { lines, mostMs, nowAt, riskAt } = burnDown;
  return (
    <Picture title="Deadlines" table={<AsTable rows={rows} />}>
      <svg
        className={classes.picture}
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`}
        role="img"
        aria-label={`${rows.length} deadlines, the next in ${clockText(rows[0]?.leftMs ?? 0)}`}
      >
        <rect className={classes.risk} x={0} y={riskAt * HEIGHT} width={WIDTH} height={HEIGHT - riskAt * HEIGHT} />
        {[0, 0.5].map((share) => (
          <g key={share}>
            <line className={classes.grid} x1={0} x2={WIDTH} y1={share * HEIGHT} y2={share * HEIGHT} />
            <text className={classes.text} x={4} y={share * HEIGHT + 12}>
              {clockText(mostMs * (1 - share))} left
            </text>
          </g>
        ))}
        <line className={classes.grid} x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        <line className={classes.now} x1={nowAt * WIDTH} x2={nowAt * WIDTH} y1={0} y2={HEIGHT} />
        <text className={classes.text} x={nowAt * WIDTH} y={HEIGHT + 14} textAnchor="middle">
          now
        </text>
        {lines.map(({ id, points, isAtRisk }) => (
          <polyline
            key={id}
            className={classes.line}
            data-risk={isAtRisk}
            points={points.map(([x, y]) => `${(x * WIDTH).toFixed(1)},${(y * HEIGHT).toFixed(1)}`).join(' ')}
          />
        ))}
      </svg>
    </Picture>
  );
}

function AsTable({ rows }: Pick<BurnDownPictureProps, 'rows'>): ReactNode {
  return (
    <Table>
      <tbody>
        {rows.map(({ id, name, leftMs }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{leftMs > 0 ? `${clockText(leftMs)} left` : `missed by ${clockText(-leftMs)}`}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
