import type { ReactNode } from 'react';
import { Copyable } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { Empty } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';
import type { Connection } from './connection.js';

/** From here on somebody should ask the provider for the next one, days. */
const SOON_DAYS = 60;

/** What the provider signs with, and for how long it counts. */
export function Certificates({
  connection: { certificates },
}: {
  readonly connection: Pick<Connection, 'certificates'>;
}): ReactNode {
  return (
    <Panel title="Certificates of the provider">
      {certificates.length === 0 ? (
        <Empty title="None yet">They come with the provider's metadata, or are entered in the settings.</Empty>
      ) : (
        <CertificateTable certificates={certificates} />
      )}
    </Panel>
  );
}

/** Certificates as people compare them. */
export function CertificateTable({ certificates }: Pick<Connection, 'certificates'>): ReactNode {
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">Subject</th>
          <th scope="col">SHA-256</th>
          <th scope="col">From</th>
          <th scope="col">Until</th>
          <th scope="col">Left</th>
        </tr>
      </thead>
      <tbody>
        {certificates.map(({ sha256, subject, validFrom, validUntil, daysLeft }) => (
          <tr key={sha256}>
            <th scope="row">{subject}</th>
            <td>
              <Copyable text={sha256} what="the fingerprint" />
            </td>
            <td>
              <Moment at={validFrom} />
            </td>
            <td>
              <Moment at={validUntil} />
            </td>
            <td className={daysLeft < 0 ? 'bad' : daysLeft < SOON_DAYS ? 'warn' : 'good'}>{leftText(daysLeft)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function leftText(daysLeft: number): string {
  if (daysLeft < 0) return `✕ over for ${-daysLeft} days`;
  return daysLeft < SOON_DAYS ? `⚠ ${daysLeft} days` : `${daysLeft} days`;
}
