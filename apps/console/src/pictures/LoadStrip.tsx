import type { LiveLoadBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Table } from '../states/Table.js';
import { mostOf } from './load.js';
import { LoadCells } from './LoadCells.js';
import { Picture } from './Picture.js';
import classes from './LoadStrip.module.css';

const SHOWN = 10;

/** What each organization sent, a cell a minute, all on one scale. */
export function LoadStrip({ load }: { readonly load: LiveLoadBody }): ReactNode {
  const organizations = load.organizations.slice(0, SHOWN);
  const most = mostOf(load);
  return (
    <Picture title="Load, last hour" table={<AsTable load={load} />}>
      {organizations.length === 0 ? <span className="quiet">Nothing was received.</span> : null}
      {organizations.map(({ organization, received }) => (
        <div key={organization} className={classes.row}>
          <span className="cut">{organization}</span>
          <LoadCells organization={organization} received={received} most={most} />
          <span>{sumOf(received)}</span>
        </div>
      ))}
    </Picture>
  );
}

function AsTable({ load }: { readonly load: LiveLoadBody }): ReactNode {
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">Organization</th>
          <th scope="col">In the hour</th>
          <th scope="col">Most in a minute</th>
        </tr>
      </thead>
      <tbody>
        {load.organizations.map(({ organization, received }) => (
          <tr key={organization}>
            <th scope="row">{organization}</th>
            <td>{sumOf(received)}</td>
            <td>{Math.max(0, ...received)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
