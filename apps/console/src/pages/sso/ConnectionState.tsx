import { IconCircleCheck, IconCircleDashed, IconCircleOff, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Sign, type Tone } from '../../states/Sign.js';
import type { Connection } from './connection.js';

/** Protocols as people write them. */
export const TYPE_NAMES: Readonly<Record<Connection['type'], string>> = { oidc: 'OIDC', saml: 'SAML' };

const SIGNS: Readonly<Record<Connection['status'], readonly [Tone, Icon, string]>> = {
  draft: ['quiet', IconCircleDashed, 'Draft'],
  active: ['good', IconCircleCheck, 'Active'],
  disabled: ['warn', IconCircleOff, 'Disabled'],
};

/** Whether people sign in through a connection. */
export function ConnectionState({ status }: Pick<Connection, 'status'>): ReactNode {
  const [tone, icon, name] = SIGNS[status];
  return (
    <Sign tone={tone} icon={icon}>
      {name}
    </Sign>
  );
}
