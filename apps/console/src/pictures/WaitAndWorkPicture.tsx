import type { ReactNode } from 'react';
import { Table } from '../states/Table.js';
import { durationText } from '../time/duration-text.js';
import { Moment } from '../time/Moment.js';
import { Picture } from './Picture.js';
import type { WaitAndWork } from './wait-and-work.js';
import classes from './WaitAndWork.module.css';

const WIDTH = 900;
const HEIGHT = 140;

/** Each bar some task results: how long they waited for a worker, and how long the checks took. */
export function WaitAndWorkPicture({ groups }: { readonly groups: readonly WaitAndWork[] }): ReactNode {
  if (groups.length === 0) return null;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const most = Math.max(1, ...groups.map(({ waitMs, workMs }) => waitMs + workMs));
  const width = WIDTH / groups.length;
  const share = (kind: 'waitMs' | 'workMs'): number =>
    groups.reduce((sum, group) => sum + group[kind] * group.count, 0) / count;
  return (
    <Picture title={`Waiting against work, last ${count}`} table={<AsTable groups={groups} />}>
      <svg
        className={classes.picture}
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`}
        role="img"
        aria-label={`On average ${durationText(share('waitMs'))} of waiting and ${durationText(share('workMs'))} of work`}
      >
        <line className={classes.grid} x1={0} x2={WIDTH} y1={0.5} y2={0.5} />
        <text className={classes.text} x={4} y={13}>
          {durationText(most)}
        </text>
        {groups.map(({ from, waitMs, workMs }, index) => {
          const [wait, work] = [(waitMs / most) * HEIGHT, (workMs / most) * HEIGHT];
          const place = { x: index * width + 0.5, width: Math.max(1, width - 1) };
          return (
            <g key={from}>
              <title>{`waited ${durationText(waitMs)}, work ${durationText(workMs)}`}</title>
              <rect className={classes.work} {...place} y={HEIGHT - work} height={work} />
              <rect className={classes.wait} {...place} y={HEIGHT - work - wait} height={wait} />
            </g>
          );
        })}
        <line className={classes.grid} x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        <text className={classes.text} x={0} y={HEIGHT + 14}>
          oldest
        </text>
        <text className={classes.text} x={WIDTH} y={HEIGHT + 14} textAnchor="end">
          newest
        </text>
      </svg>
      <div className={classes.legend}>
        <span data-kind="wait">waiting for a worker, {durationText(share('waitMs'))} on average</span>
        <span data-kind="work">work, {durationText(share('workMs'))} on average</span>
      </div>
    </Picture>
  );
}

function AsTable({ groups }: { readonly groups: readonly WaitAndWork[] }): ReactNode {
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">How many</th>
          <th scope="col">Waited</th>
          <th scope="col">Work</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ from, count, waitMs, workMs }) => (
          <tr key={from}>
            <td>
              <Moment at={from} />
            </td>
            <td>{count}</td>
            <td>{durationText(waitMs)}</td>
            <td>{durationText(workMs)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
