import { routes } from '@rungate/contract';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { Members } from '../members/Members.js';
import { PLATFORM_ROLES } from '../members/people.js';
import { SettingsFrame } from './SettingsFrame.js';

/** The people of the platform. */
export function PlatformMembersPage(): ReactNode {
  const may = useMay();
  return (
    <SettingsFrame title="Members of the platform">
      <Members
        people={{
          key: ['platform-members'],
          roles: PLATFORM_ROLES,
          isEditable: may('platform-members.write'),
          read: async (cursor) =>
            (await client.call(routes.listPlatformMembers, { params: {}, query: { cursor, limit: 100 } })).body,
          change: (id, body) => client.call(routes.changePlatformMember, { params: { id }, body }),
          signOut: (id) => client.call(routes.signPlatformMemberOut, { params: { id } }),
          signAllOut: () => client.call(routes.signPlatformOut, { params: {} }),
        }}
      />
    </SettingsFrame>
  );
}
