import { routes, type LiveBoardBody } from '@rungate/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { FilterBar, type FilterField } from '../../list/FilterBar.js';
import { RecordList } from '../../list/RecordList.js';
import { useFilters } from '../../list/use-filters.js';
import { Freshness } from '../../live/Freshness.js';
import { useLive } from '../../live/live.js';
import { paths } from '../../paths.js';
import { LoadStrip } from '../../pictures/LoadStrip.js';
import { AppLink } from '../../shell/AppLink.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { Empty } from '../../states/States.js';
import { Stale } from '../../states/Stale.js';
import { BurningNow } from './BurningNow.js';
import { COLUMNS } from './columns.js';
import { Numbers } from './Numbers.js';
import classes from './Live.module.css';

/** Also without an event: deadlines come nearer by themselves. */
const READ_MS = 5_000;
const LOAD_MS = 30_000;
const stages = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'] as const;

const filterShape = z.object({
  organization: z.string().optional(),
  stage: z.enum(stages).optional(),
  enforcement: z.enum(['mandatory', 'advisory']).optional(),
});
const FIELDS: readonly FilterField[] = [
  { name: 'organization', label: 'Organization' },
  { name: 'stage', label: 'Stage', options: stages.map((value) => ({ value, label: value })) },
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
  const [filter] = filters;
  const { isPaused } = useLive();
  const board = useQuery({
    queryKey: ['live', filter],
    queryFn: async () => (await client.call(routes.getLive, { params: {}, query: filter })).body,
    refetchInterval: isPaused ? false : READ_MS,
    placeholderData: keepPreviousData,
  });
  const load = useQuery({
    queryKey: ['load'],
    queryFn: async () => (await client.call(routes.getLiveLoad, { params: {} })).body,
    refetchInterval: isPaused ? false : LOAD_MS,
  });
  return (
    <Page title="Live" beside={<Freshness />}>
      <Answered what="The board" query={board}>
        {(found) => (
          <>
            <Numbers numbers={found.numbers} />
            <div className={classes.pictures}>
              <BurningNow board={found} />
              {load.data === undefined ? null : <LoadStrip load={load.data} />}
            </div>
          </>
        )}
      </Answered>
      <FilterBar fields={FIELDS} filters={filters} />
      {board.data === undefined ? null : <InFlight board={board.data} readAgain={() => void board.refetch()} />}
      {board.error !== null && board.data !== undefined ? <Stale readAt={board.dataUpdatedAt} /> : null}
    </Page>
  );
}

interface InFlightProps {
  readonly board: LiveBoardBody;
  readonly readAgain: () => void;
}

function InFlight({ board, readAgain }: InFlightProps): ReactNode {
  return (
    <RecordList
      what="in flight"
      columns={COLUMNS}
      list={{
        items: board.items,
        error: null,
        isPending: false,
        isFetching: false,
        hasMore: board.isCut,
        readAt: Date.parse(board.now),
        readMore: nothing,
        readAgain,
      }}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => paths.run(id)}
      empty={
        <Empty title="Nothing is in flight">
          What has ended is under <AppLink href={paths.runs}>Runs</AppLink>.
        </Empty>
      }
    />
  );
}

function nothing(): void {
  // The board is one answer.
}
