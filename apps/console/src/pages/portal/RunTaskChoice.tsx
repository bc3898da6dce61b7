import { NativeSelect } from '@mantine/core';
import type { RunTaskBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { useRunTasks } from '../../api/read.js';
import { useFilters } from '../../list/use-filters.js';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { Answered } from '../../states/Answered.js';
import { Empty } from '../../states/States.js';

interface RunTaskChoiceProps {
  readonly slug: string;
  readonly everyMs?: number;
  readonly children: (runTask: RunTaskBody) => ReactNode;
}

const searchShape = z.object({ runTask: z.string().optional() });

/** A page about one run task; of several, one is chosen, and the address says which. */
export function RunTaskChoice({ slug, everyMs, children }: RunTaskChoiceProps): ReactNode {
  const [{ runTask: wanted }, change] = useFilters(searchShape);
  return (
    <Answered what="The run tasks" query={useRunTasks(slug, everyMs)}>
      {(runTasks) => {
        const chosen = runTasks.find(({ name }) => name === wanted) ?? runTasks[0];
        if (chosen === undefined) {
          return (
            <div className="panel">
              <Empty title="There is no run task yet">
                <AppLink href={paths.portal(slug, 'setup')}>Set the first one up</AppLink>
              </Empty>
            </div>
          );
        }
        return (
          <>
            {runTasks.length === 1 ? null : (
              <NativeSelect
                size="xs"
                w={220}
                aria-label="Run task"
                data={runTasks.map(({ name }) => name)}
                value={chosen.name}
                onChange={({ currentTarget }) => {
                  change({ runTask: currentTarget.value });
                }}
              />
            )}
            {children(chosen)}
          </>
        );
      }}
    </Answered>
  );
}
