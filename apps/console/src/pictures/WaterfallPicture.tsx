import type { ReactNode } from 'react';
import { durationText } from '../time/duration-text.js';
import { Picture } from './Picture.js';
import type { Waterfall } from './waterfall.js';
import classes from './Waterfall.module.css';
import { Table } from '../states/Table.js';

/** What took how long, and what waited for what. */
export function WaterfallPicture({ waterfall }: { readonly waterfall: Waterfall }): ReactNode {
  const { rows, ticks, totalMs } = waterfall;
  return (
    <Picture title="Waterfall" table={<AsTable waterfall={waterfall} />}>
      <div className={classes.picture}>
        {rows.map(({ label, tone, left, width, durationMs }, index) => (
          <div key={`${label} ${index}`} className={classes.row}>
            <span className={classes.label} title={label}>
              {label}
            </span>
            <span className={classes.lane}>
              <span
                className={classes.bar}
                data-tone={tone}
                style={{ left: `${left * 100}%`, width: `max(${width * 100}%, 3px)` }}
              />
            </span>
            <span className={classes.took}>{durationText(durationMs)}</span>
          </div>
        ))}
        <div className={classes.row} aria-hidden>
          <span />
          <span className={classes.axis}>
            {ticks.map((tick) => (
              <span key={tick} style={{ left: `${(tick / totalMs) * 100}%` }}>
                {tick === 0 ? '0' : durationText(tick)}
              </span>
            ))}
          </span>
          <span />
        </div>
      </div>
    </Picture>
  );
}

function AsTable({ waterfall: { rows } }: { readonly waterfall: Waterfall }): ReactNode {
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Began after</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, startMs, durationMs }, index) => (
          <tr key={`${label} ${index}`}>
            <td>{label}</td>
            <td>{durationText(startMs)}</td>
            <td>{durationText(durationMs)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
