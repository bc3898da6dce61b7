import { Button } from '@mantine/core';
import type { OperationBody } from '@rungate/contract';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useMay } from '../../session/me.js';
import { textsOf, type TaskResultFilter } from './filters.js';

const PlanOperation = lazy(async () => ({ default: (await import('../operations/PlanOperation.js')).PlanOperation }));

interface BulkActionsProps {
  readonly organization: string | null;
  readonly filter: TaskResultFilter;
}

/** What can be done to all that the filters ask for: not only to those that were read. */
export function BulkActions({ organization, filter }: BulkActionsProps): ReactNode {
  const may = useMay();
  const [kind, setKind] = useState<OperationBody['kind'] | null>(null);
  if (!may('operations.write')) return null;
  return (
    <>
      {may('task-results.reevaluate') ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setKind('reevaluate');
          }}
        >
          Re-evaluate these…
        </Button>
      ) : null}
      {may('task-results.resend') ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setKind('resend');
          }}
        >
          Resend these…
        </Button>
      ) : null}
      {kind === null ? null : (
        <Suspense>
          <PlanOperation
            kind={kind}
            filter={{ ...textsOf(filter), ...(organization === null ? {} : { organization }) }}
            onClose={() => {
              setKind(null);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
