import { paths } from '../../paths.js';
import type { Me } from '../../session/me.js';
import type { Place } from '../../shell/places.js';

/** The pages of the settings that who is signed in may see. */
export function settingsPlaces({ organization, permissions }: Me): readonly Place[] {
  if (organization !== null) return [YOURS];
  return [YOURS, ...PLATFORM].filter(({ permission }) => permission === null || permissions.includes(permission));
}

const YOURS: Place = { label: 'You', href: paths.settings, permission: null };
const PLATFORM: readonly Place[] = [
  { label: 'Members', href: paths.setting('members'), permission: 'platform-members.read' },
  { label: 'Sign-in', href: paths.setting('sign-in'), permission: 'platform-sso.read' },
  { label: 'API tokens', href: paths.setting('tokens'), permission: 'platform-tokens.read' },
];
