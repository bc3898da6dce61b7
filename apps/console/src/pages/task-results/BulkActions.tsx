import { lazy, Suspense, type ReactNode } from 'react';
import { PlanButtons } from '../operations/PlanButtons.js';
import { textsOf, type TaskResultFilter } from './filters.js';

const PlanOperation = lazy(async () => ({ default: (await import('../operations/PlanOperation.js')).PlanOperation }));

interface BulkActionsProps {
  readonly organization: string | null;
  readonly filter: TaskResultFilter;
}

/** What can be done to all that the filters ask for: not only to those that were read. */
export function BulkActions({ organization, filter }: BulkActionsProps): ReactNode {
  return (
    <PlanButtons to="these">
      {(kind, close) => (
        <Suspense>
          <PlanOperation
            kind={kind}
            filter={{ ...textsOf(filter), ...(organization === null ? {} : { organization }) }}
            onClose={close}
          />
        </Suspense>
      )}
    </PlanButtons>
  );
}
