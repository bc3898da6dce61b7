import { routes } from '@rungate/contract';
import { Checkbox, Group } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { FilterBar, type FilterField } from '../../list/FilterBar.js';
import { useFilters } from '../../list/use-filters.js';
import { Freshness } from '../../live/Freshness.js';
import { useLive } from '../../live/live.js';
import { SavedViews } from '../../saved-views/SavedViews.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { serverClock } from '../../time/server-clock.js';
import { STAGE_NAMES, STAGES } from '../task-results/names.js';
import { Aside } from './Aside.js';
import { BurningNow } from './BurningNow.js';
import { InFlight } from './InFlight.js';
import { Numbers } from './Numbers.js';
import classes from './Live.module.css';

/** Also without an event: deadlines come nearer by themselves. */
const READ_MS = 5_000;

const filterShape = z.object({
  organization: z.string().optional(),
  stage: z.enum(STAGES).optional(),
  enforcement: z.enum(['mandatory', 'advisory']).optional(),
  group: z.literal('organization').optional(),
});
const FIELDS: readonly FilterField[] = [
  { name: 'organization', label: 'Organization' },
  { name: 'stage', label: 'Stage', options: STAGES.map((value) => ({ value, label: STAGE_NAMES[value] })) },
  {
    name: 'enforcement',
    label: 'Enforcement',
    options: ['mandatory', 'advisory'].map((value) => ({ value, label: value })),
    width: 160,
  },
];

/** What is in flight, by the nearest deadline: what is about to go wrong stands first. */
export function LivePage(): ReactNode {
  const filters = useFilters(filterShape);
  const [{ group, ...filter }, change] = filters;
  const { isPaused } = useLive();
  const board = useQuery({
    queryKey: ['live', filter],
    queryFn: async () => {
      const sentAt = Date.now();
      const { body } = await client.call(routes.getLive, { params: {}, query: filter });
      serverClock.exact(body.now, { sentAt, receivedAt: Date.now() });
      return body;
    },
    refetchInterval: isPaused ? false : READ_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title="Live"
      beside={
        <Group gap="xs">
          <Freshness />
          <SavedViews page="live" />
        </Group>
      }
    >
      <Answered what="The board" query={board}>
        {(found) => (
          <>
            <Numbers numbers={found.numbers} />
            <div className={classes.pictures}>
              <BurningNow board={found} />
              <Aside />
            </div>
          </>
        )}
      </Answered>
      <FilterBar fields={FIELDS} filters={filters}>
        <Checkbox
          size="xs"
          label="Group by organization"
          checked={group !== undefined}
          onChange={({ currentTarget }) => {
            change({ group: currentTarget.checked ? 'organization' : undefined });
          }}
        />
      </FilterBar>
      {board.data === undefined ? null : (
        <InFlight
          key={JSON.stringify(filter)}
          board={board.data}
          isFiltered={Object.keys(filter).length > 0}
          isGrouped={group !== undefined}
          readAt={board.dataUpdatedAt}
          readAgain={() => void board.refetch()}
        />
      )}
    </Page>
  );
}
