import type { ReactNode } from 'react';
import { z } from 'zod';
import { usePathParts } from '../../list/use-filters.js';
import { SavedViews } from '../../saved-views/SavedViews.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { AuditList } from '../audit/AuditList.js';

/** What was done in an organization. */
export function AuditPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  return (
    <PortalPage slug={slug} title="Audit" beside={<SavedViews page="audit" />}>
      <AuditList organization={slug} />
    </PortalPage>
  );
}
