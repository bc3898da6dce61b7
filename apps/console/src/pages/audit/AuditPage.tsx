import type { ReactNode } from 'react';
import { Page } from '../../shell/Page.js';
import { AuditList } from './AuditList.js';

/** What was done anywhere in the platform. */
export function AuditPage(): ReactNode {
  return (
    <Page title="Audit">
      <AuditList organization={null} />
    </Page>
  );
}
