import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Copyable } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { Table } from '../../states/Table.js';
import type { Connection } from './connection.js';

/** What whoever administers the provider has to enter there. */
export function ProviderFacts({
  connection: { type, provider },
}: {
  readonly connection: Pick<Connection, 'type' | 'provider'>;
}): ReactNode {
  const told =
    type === 'oidc'
      ? ([
          ['Redirect URI', provider.redirectUri],
          ['After logout', provider.afterLogoutUri],
          ['Back-channel logout', provider.backChannelLogoutUri],
          ['Sign-in begins at', provider.signInUrl],
        ] as const)
      : ([
          ['Entity id, and our metadata', provider.entityId],
          ['Assertion consumer service', provider.acsUrl],
          ['Sign-in begins at', provider.signInUrl],
        ] as const);
  return (
    <Panel title="What the provider is told">
      <Table>
        <tbody>
          {told.map(([name, text]) => (
            <tr key={name}>
              <th scope="row" style={{ width: 220 }}>
                {name}
              </th>
              <td>
                <Copyable text={text} what={name} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Text fz="xs" c="dimmed" mt="sm">
        {type === 'oidc'
          ? 'A confidential client, authorization code with PKCE; ID tokens signed by RS, PS or ES.'
          : 'Assertions signed with SHA-256 or better, by HTTP-POST; requests come by HTTP-Redirect. What the provider starts by itself is refused.'}
      </Text>
    </Panel>
  );
}
