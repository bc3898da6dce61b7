import { Stack, Tabs } from '@mantine/core';
import type { TaskResultDetailBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { useFilters, usePathParts } from '../../list/use-filters.js';
import { AttemptsPicture } from '../../pictures/AttemptsPicture.js';
import { waterfallOf } from '../../pictures/waterfall.js';
import { WaterfallPicture } from '../../pictures/WaterfallPicture.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { useNow } from '../../time/use-now.js';
import { StoredChanges } from '../plan/StoredChanges.js';
import { Reevaluations } from '../reevaluation/Reevaluations.js';
import { findingsOf } from '../task-results/findings.js';
import { Findings } from '../task-results/Findings.js';
import { isInFlight } from '../task-results/names.js';
import { useTaskResult } from '../task-results/use-task-result.js';
import { AsShown } from './AsShown.js';
import { Attempts } from './Attempts.js';
import { Checks } from './Checks.js';
import { RunActions } from './RunActions.js';
import { RunFacts } from './RunFacts.js';
import { Timeline } from './Timeline.js';

const TABS = ['timeline', 'findings', 'checks', 'changes', 'shown', 'again', 'callbacks'] as const;
const searchShape = z.object({ tab: z.enum(TABS).optional() });

/** One task result, for operators: what became of it, when, and what can still be done. */
export function RunPage(): ReactNode {
  const { id } = usePathParts(z.object({ id: z.string() }));
  const run = useTaskResult(id);
  const title = run.data === undefined ? 'Run' : `${run.data.organization} / ${run.data.workspaceName}`;
  return (
    <Page title={title} beside={run.data === undefined ? null : <RunActions taskResult={run.data} />}>
      <Answered what="The run" query={run}>
        {(taskResult) => <Run taskResult={taskResult} />}
      </Answered>
    </Page>
  );
}

function Run({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const [{ tab = 'timeline' }, change] = useFilters(searchShape);
  const findings = findingsOf(taskResult);
  return (
    <>
      <RunFacts taskResult={taskResult} />
      <Tabs
        value={tab}
        onChange={(chosen) => {
          change({ tab: TABS.find((each) => each === chosen) });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
          <Tabs.Tab value="findings">Findings {findings.length}</Tabs.Tab>
          <Tabs.Tab value="checks">Checks {taskResult.checks.length}</Tabs.Tab>
          <Tabs.Tab value="changes">Plan changes</Tabs.Tab>
          <Tabs.Tab value="shown">In Terraform</Tabs.Tab>
          <Tabs.Tab value="again">Re-evaluations</Tabs.Tab>
          <Tabs.Tab value="callbacks">Callback attempts</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="timeline">
          {isInFlight(taskResult) ? <Growing taskResult={taskResult} /> : <Still taskResult={taskResult} />}
          <Timeline taskResult={taskResult} />
        </Tabs.Panel>
        <Tabs.Panel value="findings">
          <div className="panel">
            <Findings findings={findings} runUrl={taskResult.runUrl} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="checks">
          <Checks checks={taskResult.checks} />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <StoredChanges id={taskResult.id} />
        </Tabs.Panel>
        <Tabs.Panel value="shown">
          <div className="panel">
            <AsShown taskResult={taskResult} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="again">
          <Reevaluations id={taskResult.id} />
        </Tabs.Panel>
        <Tabs.Panel value="callbacks">
          <Stack gap="sm">
            <AttemptsPicture taskResult={taskResult} />
            <Attempts taskResult={taskResult} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Growing({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  return <WaterfallPicture waterfall={waterfallOf(taskResult, useNow())} />;
}

/** What ended does not grow: the moment of its end is now enough. */
function Still({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const end = new Date(taskResult.deliveredAt ?? taskResult.decidedAt ?? taskResult.receivedAt);
  return <WaterfallPicture waterfall={waterfallOf(taskResult, end)} />;
}
