import { Alert, List } from '@mantine/core';
import { routes, type SystemBody } from '@rungate/contract';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { Facts } from '../../states/Facts.js';
import { Panel } from '../../states/Panel.js';
import { Sign } from '../../states/Sign.js';
import { Empty } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { WaitAndWork } from './WaitAndWork.js';

const READ_MS = 5_000;

/** How the installation is doing, and what somebody should do. */
export function SystemPage(): ReactNode {
  const system = useQuery({
    queryKey: ['system'],
    queryFn: async (): Promise<SystemBody> => (await client.call(routes.getSystem, { params: {} })).body,
    refetchInterval: READ_MS,
  });
  return (
    <Page title="System">
      <Answered what="The state of the system" query={system}>
        {(found) => (
          <>
            <Warnings warnings={found.warnings} />
            <AtAGlance system={found} />
            <WaitAndWork />
            <Readiness process={found.process} />
            <Workers workers={found.workers} />
            <Hosts hosts={found.hosts} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function Warnings({ warnings }: Pick<SystemBody, 'warnings'>): ReactNode {
  if (warnings.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title="What somebody should do">
      <List>
        {warnings.map((warning) => (
          <List.Item key={warning}>{warning}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function AtAGlance({ system: { version, queue, database } }: { readonly system: SystemBody }): ReactNode {
  const { waiting, inFlight, oldestWaitMs, nearestDeadlineMs, deliveriesDue, backend } = queue;
  return (
    <section className="panel" aria-label="At a glance">
      <Facts
        facts={[
          ['Waiting', waiting],
          ['Waiting longest', waiting === 0 ? '–' : durationText(oldestWaitMs)],
          ['In flight', inFlight],
          ['Nearest deadline', nearestDeadlineMs === null ? '–' : durationText(nearestDeadlineMs)],
          ['Callbacks due', deliveriesDue],
          ['Queue on', backend],
          ['Database', `${database.version}, answers in ${durationText(database.latencyMs)}`],
          [
            'Last migration',
            <span key="migration" className="mono">
              {database.migration}
            </span>,
          ],
          ['Version', version],
          ['Telemetry', 'none'],
        ]}
      />
    </section>
  );
}

function Readiness({ process: { checks, roles, status, isolation } }: Pick<SystemBody, 'process'>): ReactNode {
  return (
    <Panel title={`This process: ${status}, roles ${roles.join(', ')}`}>
      <Table>
        <tbody>
          {checks.map(({ name, status: each, reason }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <CheckSign status={each} />
              </td>
              <td>{reason}</td>
            </tr>
          ))}
          {isolation === null ? null : (
            <tr>
              <th scope="row">isolation of checks</th>
              <td>{isolation.level ?? 'unknown'}</td>
              <td>{isolation.shortfall}</td>
            </tr>
          )}
        </tbody>
      </Table>
    </Panel>
  );
}

function CheckSign({ status }: { readonly status: SystemBody['process']['checks'][number]['status'] }): ReactNode {
  if (status === 'OK') {
    return (
      <Sign tone="good" icon={IconCircleCheck}>
        OK
      </Sign>
    );
  }
  return status === 'AWAY' ? (
    <Sign tone="warn" icon={IconPlugConnectedX}>
      Away, and not needed
    </Sign>
  ) : (
    <Sign tone="bad" icon={IconCircleX}>
      Error
    </Sign>
  );
}

function Workers({ workers }: Pick<SystemBody, 'workers'>): ReactNode {
  return (
    <Panel title="Workers with work in their hands">
      {workers.length === 0 ? (
        <Empty title="No worker has work now" />
      ) : (
        <Table>
          <tbody>
            {workers.flatMap(({ id: worker, taskResults }) =>
              taskResults.map(({ id, organization, since, leaseUntil }) => (
                <tr key={id}>
                  <th scope="row" className="mono">
                    {worker}
                  </th>
                  <td>
                    <AppLink href={paths.run(id)}>{organization}</AppLink>
                  </td>
                  <td>
                    since <Moment at={since} />
                  </td>
                  <td>
                    lease until <Moment at={leaseUntil} />
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}

function Hosts({ hosts }: Pick<SystemBody, 'hosts'>): ReactNode {
  return (
    <Panel title="Hosts that were called back">
      {hosts.length === 0 ? (
        <Empty title="Nothing was called back yet" />
      ) : (
        <Table>
          <thead>
            <tr>
              <th scope="col">Origin</th>
              <th scope="col">Attempts</th>
              <th scope="col">Failed</th>
              <th scope="col">Last</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {hosts.map(({ origin, attempts, failed, lastAt, lastStatus, lastError }) => (
              <tr key={origin}>
                <th scope="row" className="mono">
                  {origin}
                </th>
                <td>{attempts}</td>
                <td className={failed > 0 ? 'bad' : 'good'}>{failed}</td>
                <td>
                  <Moment at={lastAt} />
                </td>
                <td>{lastError ?? (lastStatus === null ? 'none' : `HTTP ${lastStatus}`)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}
