import { useCallback, type ReactNode } from 'react';
import { z } from 'zod';
import { usePathParts } from '../../list/use-filters.js';
import { paths } from '../../paths.js';
import { SavedViews } from '../../saved-views/SavedViews.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { TaskResultList } from '../task-results/TaskResultList.js';

/** Task results of one organization. */
export function ResultsPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  const hrefOf = useCallback(({ id }: { readonly id: string }) => paths.details(slug, id), [slug]);
  return (
    <PortalPage slug={slug} title="Results" beside={<SavedViews page="results" />}>
      <TaskResultList organization={slug} hrefOf={hrefOf} />
    </PortalPage>
  );
}
