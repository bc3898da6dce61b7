import { Button } from '@mantine/core';
import type { OperationBody } from '@rungate/contract';
import { useState, type ReactNode } from 'react';
import { useMay } from '../../session/me.js';

/** What can be done to many task results. */
export type OperationKind = OperationBody['kind'];

interface PlanButtonsProps {
  /** To which, such as "these". */
  readonly to: string;
  /** The form in which it is planned. */
  readonly children: (kind: OperationKind, close: () => void) => ReactNode;
}

/** A button for each thing that can be planned for many, and the form behind it. */
export function PlanButtons({ to, children }: PlanButtonsProps): ReactNode {
  const may = useMay();
  const [kind, setKind] = useState<OperationKind | null>(null);
  if (!may('operations.write')) return null;
  return (
    <>
      {KINDS.filter(({ permission }) => may(permission)).map(({ is, verb }) => (
        <Button
          key={is}
          size="xs"
          variant="default"
          onClick={() => {
            setKind(is);
          }}
        >
          {verb} {to}…
        </Button>
      ))}
      {kind === null
        ? null
        : children(kind, () => {
            setKind(null);
          })}
    </>
  );
}

const KINDS = [
  { is: 'reevaluate', verb: 'Re-evaluate', permission: 'task-results.reevaluate' },
  { is: 'resend', verb: 'Resend', permission: 'task-results.resend' },
] as const;
