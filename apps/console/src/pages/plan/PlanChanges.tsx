import { Button, Group, Text } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { z } from 'zod';
import { useFilters } from '../../list/use-filters.js';
import { Panel } from '../../states/Panel.js';
import { Table } from '../../states/Table.js';
import { SIGNS } from './action-signs.js';
import { ACTIONS, type Action, type PlanChange } from './plan-changes.js';
import type { Reference } from './plan-graph.js';

const PlanGraph = lazy(async () => ({ default: (await import('./PlanGraph.js')).PlanGraph }));

/** The rest is counted. */
const MOST = 200;

interface PlanChangesProps {
  readonly changes: readonly PlanChange[];
  /** Of all, where only some are known. */
  readonly counts?: Readonly<Partial<Record<Action, number>>>;
  /** Which refer to which, where that is known: then there is a graph besides the list. */
  readonly references?: readonly Reference[];
}

/** What a plan changes, resource by resource. */
export function PlanChanges({ changes, counts = countsOf(changes), references }: PlanChangesProps): ReactNode {
  const [{ plan }, change] = useFilters(view);
  const isGraph = plan === 'graph' && references !== undefined;
  if (changes.length === 0) return null;
  return (
    <Panel
      title="Plan changes"
      beside={
        references === undefined ? null : (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-pressed={isGraph}
            onClick={() => {
              change({ plan: isGraph ? undefined : 'graph' });
            }}
          >
            {isGraph ? 'View as list' : 'View as graph'}
          </Button>
        )
      }
    >
      <Group gap="md" mb="sm">
        {ACTIONS.filter((action) => (counts[action] ?? 0) > 0).map((action) => (
          <span key={action} className={SIGNS[action][1]}>
            {SIGNS[action][0]} {counts[action]} {action}
          </span>
        ))}
      </Group>
      {isGraph ? (
        <Suspense>
          <PlanGraph changes={changes} references={references} />
        </Suspense>
      ) : (
        <List changes={changes} all={Object.values(counts).reduce((sum, count) => sum + count, 0)} />
      )}
    </Panel>
  );
}

const view = z.object({ plan: z.literal('graph').optional() });

interface ListProps {
  readonly changes: readonly PlanChange[];
  readonly all: number;
}

function List({ changes, all }: ListProps): ReactNode {
  return (
    <>
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
    </>
  );
}

function countsOf(changes: readonly PlanChange[]): Partial<Record<Action, number>> {
  const counts: Partial<Record<Action, number>> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
