import type { ReactNode } from 'react';
import { paths } from '../paths.js';
import { Page } from '../shell/Page.js';
import { TaskResultList } from './task-results/TaskResultList.js';

/** Task results of all organizations. */
export function RunsPage(): ReactNode {
  return (
    <Page title="Runs">
      <TaskResultList organization={null} hrefOf={hrefOf} />
    </Page>
  );
}

function hrefOf({ id }: { readonly id: string }): string {
  return paths.run(id);
}
