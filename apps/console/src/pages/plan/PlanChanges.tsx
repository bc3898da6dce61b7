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
  import: ['⇣', 'quiet'],
  read: ['<', 'quiet'],
  forget: ['×', 'quiet'],
};
/** The rest is counted. */
const MOST = 200;

interface PlanChangesProps {
  readonly changes: readonly PlanChange[];
  /** Of all, where only some are known. */
  readonly counts?: Readonly<Partial<Record<Action, number>>>;
}

/** What a plan changes, resource by resource. */
export function PlanChanges({ changes, counts = countsOf(changes) }: PlanChangesProps): ReactNode {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (changes.length === 0) return null;
  return (
    <Panel title="Plan changes">
      <Group gap="md" mb="sm">
        {ACTIONS.filter((action) => (counts[action] ?? 0) > 0).map((action) => (
          <span key={action} className={SIGNS[action][1]}>
            {SIGNS[action][0]} {counts[action]} {action}
          </span>
        ))}
      </Group>
      <Table>
        <tbody>
          {changes.slice(0, MOST).map(({ address, action, why }, index) => (
            <tr key={`${address} ${index}`}>
              <td className={SIGNS[action][1]} style={{ width: 110 }}>
                {SIGNS[action][0]} {action}
              </td>
              <td>
                <span className="mono">{address}</span>
                {why == null ? null : (
                  <Text fz="xs" c="dimmed">
                    {why}
                  </Text>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {all > MOST ? <Text c="dimmed">and {all - MOST} more</Text> : null}
    </Panel>
  );
}

function countsOf(changes: readonly PlanChange[]): Partial<Record<Action, number>> {
  const counts: Partial<Record<Action, number>> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
