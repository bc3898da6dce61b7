import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../paths.js';
import { useMe } from '../session/me.js';
import { AppLink } from './AppLink.js';
import { PlaceLinks } from './Navigation.js';
import { Page } from './Page.js';
import { portalPlaces } from './places.js';

interface PortalPageProps {
  readonly slug: string;
  readonly title: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** A page of an organization. Its own people have its pages in the header; others have them above it. */
export function PortalPage({ slug, title, beside, children }: PortalPageProps): ReactNode {
  const me = useMe();
  return (
    <Page title={title} beside={beside}>
      {me.organization === null ? (
        <div>
          <Text fz="sm" c="dimmed">
            <AppLink href={paths.organizations}>Organizations</AppLink> /{' '}
            <AppLink href={paths.organization(slug)}>{slug}</AppLink>
          </Text>
          <PlaceLinks
            label={`Pages of ${slug}`}
            places={portalPlaces(slug).filter(
              ({ permission }) => permission === null || me.permissions.includes(permission),
            )}
          />
        </div>
      ) : null}
      {children}
    </Page>
  );
}
