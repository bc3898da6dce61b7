import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Panel } from '../../states/Panel.js';
import { Table } from '../../states/Table.js';
import { ACTIONS, type Action, type PlanChange } from './plan-changes.js';

const SIGNS: Readonly<Record<Action, readonly [sign: string, tone: string]>> = {
  create: ['+', 'good'],
  update: ['~', 'warn'],
  replace: ['±', 'bad'],
  delete: ['−', 'bad'],
  read: ['<', 'quiet'],
  forget: ['×', 'quiet'],
};
/** The rest is counted. */
const MOST = 200;

/** What a plan changes, resource by resource. */
export function PlanChanges({ changes }: { readonly changes: readonly PlanChange[] }): ReactNode {
  if (changes.length === 0) return null;
  return (
    <Panel title="Plan changes">
      <Group gap="md" mb="sm">
        {ACTIONS.map((action) => (
          <span key={action} className={SIGNS[action][1]}>
            {SIGNS[action][0]} {changes.filter((change) => change.action === action).length} {action}
          </span>
        ))}
      </Group>
      <Table>
        <tbody>
          {changes.slice(0, MOST).map(({ address, action }, index) => (
            <tr key={`${address} ${index}`}>
              <td className={SIGNS[action][1]} style={{ width: 110 }}>
                {SIGNS[action][0]} {action}
              </td>
              <td className="mono">{address}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {changes.length > MOST ? <Text c="dimmed">and {changes.length - MOST} more</Text> : null}
    </Panel>
  );
}
