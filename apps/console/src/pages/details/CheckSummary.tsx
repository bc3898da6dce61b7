import { Text } from '@mantine/core';
import type { TaskResultDetailBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Panel } from '../../states/Panel.js';
import { Table } from '../../states/Table.js';

/** What each check said, in a line. */
export function CheckSummary({ checks }: Pick<TaskResultDetailBody, 'checks'>): ReactNode {
  if (checks.length === 0) return null;
  return (
    <Panel title="Checks">
      <Table>
        <tbody>
          {checks.map(({ name, status, enforcement, message }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={status === 'passed' ? 'good' : status === 'failed' ? 'bad' : 'quiet'}>{status}</td>
              <td style={{ overflowWrap: 'anywhere' }}>
                {message}
                <Text fz="xs" c="dimmed">
                  {enforcement === 'mandatory' ? 'stops the run when it fails' : `${enforcement}: never stops the run`}
                </Text>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
