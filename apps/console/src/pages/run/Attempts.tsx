import { Text } from '@mantine/core';
import type { TaskResultDetailBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Panel } from '../../states/Panel.js';
import { Empty } from '../../states/States.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { Table } from '../../states/Table.js';

/** Each time that something was sent to the Terraform, and what came of it. */
export function Attempts({ taskResult: { deliveries } }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const attempts = deliveries.flatMap(({ kind, state, attempts: each }) =>
    each.map((attempt) => ({ kind, state, ...attempt })),
  );
  if (attempts.length === 0) return <Empty title="Nothing was sent yet" />;
  return (
    <Panel title="Callback attempts">
      <Table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Answer</th>
            <th scope="col">Took</th>
            <th scope="col">What was said</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map(({ at, kind, status, durationMs, error, answer }, index) => (
            <tr key={`${at} ${index}`}>
              <td>
                <Moment at={at} />
              </td>
              <td>{kind === 'final' ? 'verdict' : 'progress'}</td>
              <td className={status !== null && status < 300 ? 'good' : 'bad'}>
                {status === null ? 'none' : `HTTP ${status}`}
              </td>
              <td>{durationMs === null ? '–' : durationText(durationMs)}</td>
              <td>
                {error === null ? null : <Text>{error}</Text>}
                {answer === null ? null : (
                  <Text className="mono" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {answer}
                  </Text>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
