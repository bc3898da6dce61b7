import type { ReactNode } from 'react';
import { paths } from '../paths.js';
import { SavedViews } from '../saved-views/SavedViews.js';
import { Page } from '../shell/Page.js';
import { TaskResultList } from './task-results/TaskResultList.js';

/** Task results of all organizations. */
export function RunsPage(): ReactNode {
  return (
    <Page title="Runs" beside={<SavedViews page="runs" />}>
      <TaskResultList organization={null} hrefOf={hrefOf} />
    </Page>
  );
}

function hrefOf({ id }: { readonly id: string }): string {
  return paths.run(id);
}
