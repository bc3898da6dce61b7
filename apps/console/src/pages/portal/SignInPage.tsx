import type { ReactNode } from 'react';
import { z } from 'zod';
import { usePathParts } from '../../list/use-filters.js';
import { AppLink } from '../../shell/AppLink.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { ConnectionList } from '../sso/ConnectionList.js';
import { ConnectionView } from '../sso/ConnectionView.js';
import { useOrganizationConnections } from '../sso/planes.js';

/** How an organization's people sign in. */
export function SignInPage(): ReactNode {
  const { slug, id } = usePathParts(z.object({ slug: z.string(), id: z.string().optional() }));
  const plane = useOrganizationConnections(slug);
  return (
    <PortalPage slug={slug} title="Sign-in">
      {id === undefined ? (
        <ConnectionList plane={plane} />
      ) : (
        <>
          <AppLink href={plane.listPath}>All connections</AppLink>
          <ConnectionView key={id} plane={plane} id={id} />
        </>
      )}
    </PortalPage>
  );
}
