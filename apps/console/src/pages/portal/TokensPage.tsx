import { routes } from '@rungate/contract';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { usePathParts } from '../../list/use-filters.js';
import { useMay } from '../../session/me.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { ORGANIZATION_ROLES } from '../members/people.js';
import { Tokens } from '../tokens/Tokens.js';

/** API tokens of an organization. */
export function TokensPage(): ReactNode {
  const { slug: org } = usePathParts(z.object({ slug: z.string() }));
  const may = useMay();
  return (
    <PortalPage slug={org} title="API tokens">
      <Tokens
        issuer={{
          key: ['tokens', org],
          roles: ORGANIZATION_ROLES,
          isEditable: may('tokens.write'),
          hasPartners: false,
          read: async (cursor) =>
            (await client.call(routes.listTokens, { params: { org }, query: { cursor, limit: 100 } })).body,
          create: async ({ name, role, expiresInDays }) =>
            (await client.call(routes.createToken, { params: { org }, body: { name, role, expiresInDays } })).body,
          revoke: (id) => client.call(routes.revokeToken, { params: { org, id } }),
        }}
      />
    </PortalPage>
  );
}
