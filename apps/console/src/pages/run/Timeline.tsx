import type { TaskResultDetailBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Panel } from '../../states/Panel.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { Table } from '../../states/Table.js';

/** Every moment in order. */
export function Timeline({
  taskResult: { timeline, receivedAt },
}: {
  readonly taskResult: TaskResultDetailBody;
}): ReactNode {
  return (
    <div style={{ marginTop: 12 }}>
      <Panel title="Moments">
        <Table>
          <tbody>
            {timeline.map(({ at, event }, index) => (
              <tr key={`${at} ${index}`}>
                <td style={{ width: 190 }}>
                  <Moment at={at} />
                </td>
                <td className="quiet" style={{ width: 110 }}>
                  +{durationText(Date.parse(at) - Date.parse(receivedAt))}
                </td>
                <td>{event}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Panel>
    </div>
  );
}
