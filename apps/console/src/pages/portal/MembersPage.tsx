import { routes } from '@rungate/contract';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { usePathParts } from '../../list/use-filters.js';
import { useMay } from '../../session/me.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { Members } from '../members/Members.js';
import { Views } from '../members/Views.js';
import { ORGANIZATION_ROLES } from '../members/people.js';

/** The people of an organization. */
export function MembersPage(): ReactNode {
  const { slug: org } = usePathParts(z.object({ slug: z.string() }));
  const may = useMay();
  return (
    <PortalPage slug={org} title="Members">
      <Members
        people={{
          key: ['members', org],
          roles: ORGANIZATION_ROLES,
          isEditable: may('members.write'),
          read: async (cursor) =>
            (await client.call(routes.listMembers, { params: { org }, query: { cursor, limit: 100 } })).body,
          change: (id, body) => client.call(routes.changeMember, { params: { org, id }, body }),
          signOut: (id) => client.call(routes.signMemberOut, { params: { org, id } }),
          signAllOut: () => client.call(routes.signEverybodyOut, { params: { org } }),
        }}
      />
      {may('audit.read') ? <Views org={org} /> : null}
    </PortalPage>
  );
}
