import type { ReactNode } from 'react';
import { z } from 'zod';
import { usePathParts } from '../../../list/use-filters.js';
import { useMay } from '../../../session/me.js';
import { PortalPage } from '../../../shell/PortalPage.js';
import { CheckEditor } from './CheckEditor.js';
import { Rehearsal } from '../Rehearsal.js';
import { RunTaskChoice } from '../RunTaskChoice.js';

/** Which checks judge an organization's runs, and what they would say of a plan. */
export function ChecksPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  const may = useMay();
  return (
    <PortalPage slug={slug} title="Checks">
      <RunTaskChoice slug={slug}>
        {(runTask) => (
          <>
            <CheckEditor key={runTask.name} slug={slug} name={runTask.name} />
            {may('run-tasks.test') ? <Rehearsal runTask={runTask} /> : null}
          </>
        )}
      </RunTaskChoice>
    </PortalPage>
  );
}
