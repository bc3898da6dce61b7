import { routes } from '@rungate/contract';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { PLATFORM_ROLES } from '../members/people.js';
import { Tokens } from '../tokens/Tokens.js';
import { SettingsFrame } from './SettingsFrame.js';

/** API tokens of the platform. */
export function PlatformTokensPage(): ReactNode {
  const may = useMay();
  return (
    <SettingsFrame title="API tokens of the platform">
      <Tokens
        issuer={{
          key: ['platform-tokens'],
          roles: PLATFORM_ROLES,
          isEditable: may('platform-tokens.write'),
          hasPartners: true,
          read: async (cursor) =>
            (await client.call(routes.listPlatformTokens, { params: {}, query: { cursor, limit: 100 } })).body,
          create: async ({ name, role, expiresInDays, managedBy }) => {
            const body = { name, role, expiresInDays, managedBy: managedBy === '' ? null : managedBy };
            return (await client.call(routes.createPlatformToken, { params: {}, body })).body;
          },
          revoke: (id) => client.call(routes.revokePlatformToken, { params: { id } }),
        }}
      />
    </SettingsFrame>
  );
}
