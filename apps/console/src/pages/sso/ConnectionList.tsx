import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useList } from '../../api/use-list.js';
import { openPage } from '../../history.js';
import { AppLink } from '../../shell/AppLink.js';
import { Paged } from '../../states/Paged.js';
import { Panel } from '../../states/Panel.js';
import { Empty } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';
import type { ConnectionPlane } from './connection.js';
import { ConnectionState, TYPE_NAMES } from './ConnectionState.js';

/** The ways to sign in: which are in use, which are tried, and what somebody must look after. */
export function ConnectionList({ plane }: { readonly plane: ConnectionPlane }): ReactNode {
  const list = useList(plane.key, plane.list);
  return (
    <Panel title="Connections" beside={plane.isEditable ? <NewConnection plane={plane} /> : null}>
      <Paged
        what="connections"
        list={list}
        empty={
          <Empty title="No connection yet">
            A connection lets people sign in through an identity provider: made as a draft, tried by a sign-in that
            signs nobody in, then activated.
          </Empty>
        }
      >
        {(connections) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Kind</th>
                <th scope="col">State</th>
                <th scope="col">Provider</th>
                <th scope="col">Last test</th>
                <th scope="col">To be looked after</th>
              </tr>
            </thead>
            <tbody>
              {connections.map(({ id, name, type, status, issuer, test, warnings, development, fromEnvironment }) => (
                <tr key={id}>
                  <th scope="row">
                    <AppLink href={plane.pathOf(id)}>{name}</AppLink>
                    {development ? ' (development)' : ''}
                    {fromEnvironment ? ' (set by environment)' : ''}
                  </th>
                  <td>{TYPE_NAMES[type]}</td>
                  <td>
                    <ConnectionState status={status} />
                  </td>
                  <td className="mono">{issuer ?? '–'}</td>
                  <td>
                    {test === null ? 'never' : <Moment at={test.at} />}
                    {test === null ? '' : test.passed ? ', passed' : ', failed'}
                  </td>
                  <td>
                    {warnings.map(({ says }) => (
                      <div key={says} style={{ color: 'var(--warn)' }}>
                        {says}
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Paged>
    </Panel>
  );
}

function NewConnection({ plane }: { readonly plane: ConnectionPlane }): ReactNode {
  return (
    <Group gap={6}>
      {(['oidc', 'saml'] as const).map((type) => (
        <Button
          key={type}
          size="compact-xs"
          variant="default"
          onClick={() => {
            openPage(plane.pathOf(`new-${type}`));
          }}
        >
          New {TYPE_NAMES[type]} connection
        </Button>
      ))}
    </Group>
  );
}
