import type { TaskResultBody } from '@rungate/contract';
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconLoader, IconSend, IconSendOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Sign } from '../../states/Sign.js';
import { STATE_NAMES, VERDICT_NAMES } from './names.js';

/** A verdict by shape, word and colour. */
export function VerdictMark({ verdict }: Pick<TaskResultBody, 'verdict'>): ReactNode {
  if (verdict === null)
    return (
      <Sign tone="quiet" icon={IconCircleDashed}>
        Open
      </Sign>
    );
  return verdict === 'passed' ? (
    <Sign tone="good" icon={IconCircleCheck}>
      {VERDICT_NAMES.passed}
    </Sign>
  ) : (
    <Sign tone="bad" icon={IconCircleX}>
      {VERDICT_NAMES.failed}
    </Sign>
  );
}

/** How far a task result is. */
export function StateMark({
  taskResult: { state },
}: {
  readonly taskResult: Pick<TaskResultBody, 'state'>;
}): ReactNode {
  const name = STATE_NAMES[state];
  if (state === 'delivered')
    return (
      <Sign tone="good" icon={IconSend}>
        {name}
      </Sign>
    );
  if (state === 'undeliverable')
    return (
      <Sign tone="bad" icon={IconSendOff}>
        {name}
      </Sign>
    );
  return (
    <Sign tone="work" icon={IconLoader}>
      {name}
    </Sign>
  );
}
