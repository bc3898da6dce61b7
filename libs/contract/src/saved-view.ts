import { z } from 'zod';
import { text } from './fields.js';

const page = z.enum(['live', 'runs', 'results', 'callbacks', 'organizations', 'audit']);

/** Filters of task results. */
const RESULTS = [
  ...['q', 'organization', 'workspace', 'runTask', 'runId', 'taskResultId', 'verdict', 'state', 'stage'],
  ...['enforcement', 'cause', 'rule', 'since', 'until'],
];

/** What the address of each page can ask for: a view holds nothing else. */
export const SAVED_VIEW_FILTERS: Readonly<Record<z.infer<typeof page>, readonly string[]>> = {
  live: ['organization', 'stage', 'enforcement', 'group'],
  runs: RESULTS,
  results: RESULTS,
  callbacks: ['organization', 'since', 'cause'],
  organizations: ['q', 'tag'],
  audit: ['actor', 'action'],
};

const search = z
  .record(z.string().max(40), z.string().min(1).max(500))
  .meta({ description: 'Values by the names of the filters of the page.' });
const name = z.string().trim().min(1).max(100);

/** A view to keep. */
export const newSavedView = z
  .strictObject({
    page,
    name,
    search,
    isShared: z.boolean().default(false).meta({
      description: 'Shown to everybody of the same organization, or of the platform; the audit trail says so.',
    }),
  })
  .meta({ id: 'NewSavedView' });

/** A named view of a page with a list. */
export const savedView = z
  .object({
    id: text,
    page,
    name,
    search,
    isShared: z.boolean(),
    isOwn: z.boolean(),
    madeBy: text,
  })
  .meta({ id: 'SavedView' });

/** Query of the list. */
export const savedViewQuery = z.strictObject({ page: page.optional() });

/** A named view of a page with a list. */
export type SavedViewBody = z.input<typeof savedView>;
