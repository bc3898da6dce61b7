import type { RunTaskBody } from '@rungate/contract';
import { IconCircleCheck, IconCircleDashed, IconPlayerPause, IconPlugConnected, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Sign, type Tone } from '../../states/Sign.js';

const SIGNS: Readonly<Record<RunTaskBody['state'], readonly [Tone, Icon, string]>> = {
  created: ['quiet', IconCircleDashed, 'Waits for Terraform'],
  verified: ['work', IconPlugConnected, 'Verified, no run yet'],
  active: ['good', IconCircleCheck, 'Active'],
  suspended: ['warn', IconPlayerPause, 'Suspended'],
};

/** How far a run task is set up. */
export function RunTaskState({ runTask: { state, originState } }: { readonly runTask: RunTaskBody }): ReactNode {
  if (originState === 'pending')
    return (
      <Sign tone="warn" icon={IconPlayerPause}>
        Origin awaits approval
      </Sign>
    );
  if (originState === 'refused')
    return (
      <Sign tone="bad" icon={IconPlayerPause}>
        Origin refused
      </Sign>
    );
  const [tone, icon, name] = SIGNS[state];
  return (
    <Sign tone={tone} icon={icon}>
      {name}
    </Sign>
  );
}
