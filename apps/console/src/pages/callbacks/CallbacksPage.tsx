import { routes } from '@rungate/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { FilterBar, type FilterField } from '../../list/FilterBar.js';
import { useFilters } from '../../list/use-filters.js';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { SavedViews } from '../../saved-views/SavedViews.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { Empty } from '../../states/States.js';
import { CallbackGroup } from './CallbackGroup.js';

const READ_MS = 15_000;
const filterShape = z.object({
  organization: z.string().optional(),
  since: z.iso.date().optional(),
  cause: z.string().optional(),
});
const FIELDS: readonly FilterField[] = [
  { name: 'organization', label: 'Organization' },
  { name: 'since', label: 'From', isDay: true },
];

/** Verdicts that do not arrive, by their cause: one thing to mend stands for all that wait for it. */
export function CallbacksPage(): ReactNode {
  const filters = useFilters(filterShape);
  const [{ organization, since, cause }, change] = filters;
  const groups = useQuery({
    queryKey: ['callbacks', organization, since],
    queryFn: async () => {
      const query = { organization, ...(since === undefined ? {} : { since: new Date(since) }) };
      return (await client.call(routes.listCallbacks, { params: {}, query })).body;
    },
    refetchInterval: READ_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="Callbacks" beside={<SavedViews page="callbacks" />}>
      <FilterBar fields={FIELDS} filters={filters} />
      <Answered what="The callbacks" query={groups}>
        {({ items, isCut }) => (
          <>
            <p className="quiet" style={{ margin: 0 }}>
              {since === undefined ? 'Of the last seven days' : 'Since the day chosen'}
              {isCut ? '; only the newest 10,000 were counted' : ''}.
            </p>
            {items.length === 0 ? (
              <div className="panel">
                <Empty title="Every verdict arrives">
                  What is sent now stands under <AppLink href={paths.live}>Live</AppLink>.
                </Empty>
              </div>
            ) : null}
            {items.map((group) => (
              <CallbackGroup
                key={group.cause}
                group={group}
                organization={organization ?? null}
                isOpen={group.cause === cause || items.length === 1}
                toggle={() => {
                  change({ cause: group.cause === cause ? undefined : group.cause });
                }}
              />
            ))}
          </>
        )}
      </Answered>
    </Page>
  );
}
