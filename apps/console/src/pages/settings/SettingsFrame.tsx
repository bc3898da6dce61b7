import type { ReactNode } from 'react';
import { useMe } from '../../session/me.js';
import { PlaceLinks } from '../../shell/Navigation.js';
import { Page } from '../../shell/Page.js';
import { settingsPlaces } from './settings-places.js';

interface SettingsFrameProps {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** A page of the settings; the others are linked above it. */
export function SettingsFrame({ title, beside, children }: SettingsFrameProps): ReactNode {
  const places = settingsPlaces(useMe());
  return (
    <Page title={title} beside={beside}>
      {places.length < 2 ? null : <PlaceLinks label="Settings" places={places} isExact />}
      {children}
    </Page>
  );
}
