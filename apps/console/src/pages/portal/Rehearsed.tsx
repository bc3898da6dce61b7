import { Stack } from '@mantine/core';
import type { RehearsedBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Checks } from '../run/Checks.js';
import { PlanChanges } from '../plan/PlanChanges.js';
import type { PlanChange } from '../plan/plan-changes.js';
import { ShownVerdict } from '../shown/ShownVerdict.js';

interface RehearsedProps {
  readonly rehearsed: RehearsedBody;
  /** Of the plan, where it is known here. */
  readonly changes: readonly PlanChange[];
}

/** What would be called back, as a Terraform shows it, and what each check said. */
export function Rehearsed({ rehearsed, changes }: RehearsedProps): ReactNode {
  return (
    <Stack gap="md" aria-live="polite">
      <ShownVerdict shown={rehearsed} />
      <PlanChanges changes={changes} />
      <Checks checks={rehearsed.checks} />
    </Stack>
  );
}
