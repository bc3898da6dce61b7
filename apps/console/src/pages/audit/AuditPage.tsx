import type { ReactNode } from 'react';
import { SavedViews } from '../../saved-views/SavedViews.js';
import { Page } from '../../shell/Page.js';
import { AuditList } from './AuditList.js';

/** What was done anywhere in the platform. */
export function AuditPage(): ReactNode {
  return (
    <Page title="Audit" beside={<SavedViews page="audit" />}>
      <AuditList organization={null} />
    </Page>
  );
}
