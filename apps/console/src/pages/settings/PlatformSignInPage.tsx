import type { ReactNode } from 'react';
import { z } from 'zod';
import { usePathParts } from '../../list/use-filters.js';
import { AppLink } from '../../shell/AppLink.js';
import { ConnectionList } from '../sso/ConnectionList.js';
import { ConnectionView } from '../sso/ConnectionView.js';
import { usePlatformConnections } from '../sso/planes.js';
import { SettingsFrame } from './SettingsFrame.js';

/** How the platform's people sign in. */
export function PlatformSignInPage(): ReactNode {
  const { id } = usePathParts(z.object({ id: z.string().optional() }));
  const plane = usePlatformConnections();
  return (
    <SettingsFrame title="Sign-in of the platform">
      {id === undefined ? (
        <ConnectionList plane={plane} />
      ) : (
        <>
          <AppLink href={plane.listPath}>All connections</AppLink>
          <ConnectionView key={id} plane={plane} id={id} />
        </>
      )}
    </SettingsFrame>
  );
}
