import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { OrganizationBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { useMay } from '../../session/me.js';
import { Intake } from '../intake/Intake.js';

/** Holds what an organization sends, or takes it up again. */
export function PauseIntake({
  organization: { slug, intakePause },
}: {
  readonly organization: OrganizationBody;
}): ReactNode {
  const may = useMay();
  const [isAsked, { open, close }] = useDisclosure(false);
  if (!may('organizations.pause')) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {intakePause === null ? 'Pause intake' : 'Resume intake'}
      </Button>
      {isAsked ? <Intake slug={slug} isPaused={intakePause !== null} onClose={close} /> : null}
    </>
  );
}
