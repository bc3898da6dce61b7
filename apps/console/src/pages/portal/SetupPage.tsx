import { Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { z } from 'zod';
import { useRunTasks } from '../../api/read.js';
import { usePathParts } from '../../list/use-filters.js';
import { useMay } from '../../session/me.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { Answered } from '../../states/Answered.js';
import { Empty } from '../../states/States.js';
import { NewRunTask, type ShownKey } from './NewRunTask.js';
import { Refusals } from './Refusals.js';
import { Rehearsal } from './Rehearsal.js';
import { RunTaskChoice } from './RunTaskChoice.js';
import { SecretOnce } from './SecretOnce.js';
import { SetupKit } from './SetupKit.js';
import { SetupSteps } from './SetupSteps.js';

/** How often this page looks whether Terraform has called, ms. */
const LOOK_MS = 2_500;

/** How a run task is set up, step by step; the ticks come as Terraform calls. */
export function SetupPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  const may = useMay();
  const [shown, setShown] = useState<ShownKey | null>(null);
  const runTasks = useRunTasks(slug, LOOK_MS);
  const create = may('run-tasks.manage') ? <NewRunTask slug={slug} onCreated={setShown} /> : null;
  return (
    <PortalPage slug={slug} title="Setup" beside={(runTasks.data ?? []).length === 0 ? null : create}>
      {shown === null ? null : <SecretOnce title={`HMAC key of ${shown.runTask}`} secret={shown.hmacKey} />}
      <Answered what="The run tasks" query={runTasks}>
        {(found) =>
          found.length === 0 ? (
            <div className="panel">
              <Empty title="No run task yet">
                A run task gives Terraform an address to call and a key to sign with.
                <Stack align="center" mt="sm">
                  {create}
                </Stack>
              </Empty>
            </div>
          ) : (
            <RunTaskChoice slug={slug} everyMs={LOOK_MS}>
              {(runTask) => (
                <>
                  <SetupSteps runTask={runTask} />
                  <Refusals runTask={runTask} />
                  <SetupKit runTask={runTask} />
                  {may('run-tasks.test') ? <Rehearsal runTask={runTask} /> : null}
                </>
              )}
            </RunTaskChoice>
          )
        }
      </Answered>
    </PortalPage>
  );
}
