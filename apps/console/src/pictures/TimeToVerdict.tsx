import type { ReactNode } from 'react';
import { durationText } from '../time/duration-text.js';
import { histogramOf, placeOf, type Histogram, type Mark } from './histogram.js';
import { Picture } from './Picture.js';
import classes from './TimeToVerdict.module.css';
import { Table } from '../states/Table.js';

/** The longest that a Terraform waits without a sign of life, ms. */
const LIMIT: Mark = { name: '10 min', ms: 600_000 };
const AXIS_MS = [10, 100, 1_000, 10_000, 60_000, 600_000];
const HEIGHT = 150;
const TOP = 42;

interface TimeToVerdictProps {
  readonly spans: readonly number[];
  /** `narrow`: beside others. */
  readonly size?: 'wide' | 'narrow';
}

const WIDTHS = { wide: 900, narrow: 420 } as const;

/** How long verdicts took, with the marks that half, 95 % and 99 % of them stay below. */
export function TimeToVerdict({ spans, size = 'wide' }: TimeToVerdictProps): ReactNode {
  const frame = WIDTHS[size];
  const histogram = histogramOf(spans);
  const { bars, most, marks } = histogram;
  const width = frame / bars.length;
  const words = marks.map(({ name, ms }) => `${name} ${durationText(ms)}`).join(', ');
  return (
    <Picture title={`Time to verdict, last ${spans.length}`} table={<AsTable histogram={histogram} />}>
      <svg
        className={classes.picture}
        viewBox={`0 0 ${frame} ${HEIGHT + TOP + 22}`}
        role="img"
        aria-label={`Time to verdict: ${words}`}
      >
        {bars.map(({ fromMs, count }, index) => {
          const height = most === 0 ? 0 : (count / most) * HEIGHT;
          return (
            <rect
              key={fromMs}
              className={classes.bar}
              x={index * width + 1}
              y={TOP + HEIGHT - height}
              width={width - 2}
              height={height}
            />
          );
        })}
        <line className={classes.axis} x1={0} x2={frame} y1={TOP + HEIGHT} y2={TOP + HEIGHT} />
        {AXIS_MS.map((ms) => (
          <text key={ms} className={classes.text} x={placeOf(ms, histogram) * frame} y={TOP + HEIGHT + 16}>
            {durationText(ms)}
          </text>
        ))}
        {[...marks, LIMIT].map(({ name, ms }, index) => (
          <g key={name} className={name === LIMIT.name ? classes.limit : classes.mark}>
            <line
              x1={placeOf(ms, histogram) * frame}
              x2={placeOf(ms, histogram) * frame}
              y1={10 + (index % 3) * 12}
              y2={TOP + HEIGHT}
            />
            <text x={placeOf(ms, histogram) * frame + 4} y={12 + (index % 3) * 12}>
              {name}
            </text>
          </g>
        ))}
      </svg>
    </Picture>
  );
}

function AsTable({ histogram: { bars, marks } }: { readonly histogram: Histogram }): ReactNode {
  return (
    <Table>
      <tbody>
        {marks.map(({ name, ms }) => (
          <tr key={name}>
            <th scope="col">{name}</th>
            <td>{durationText(ms)}</td>
          </tr>
        ))}
        {bars
          .filter(({ count }) => count > 0)
          .map(({ fromMs, toMs, count }) => (
            <tr key={fromMs}>
              <th scope="col">
                {durationText(fromMs)} to {durationText(toMs)}
              </th>
              <td>{count}</td>
            </tr>
          ))}
      </tbody>
    </Table>
  );
}
