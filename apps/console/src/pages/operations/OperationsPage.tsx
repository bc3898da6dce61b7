import { routes, type OperationBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { RecordList, type Column } from '../../list/RecordList.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { Page } from '../../shell/Page.js';
import { Empty } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { NewOperation } from './NewOperation.js';
import { KIND_TEXTS } from './kinds.js';
import { filterText } from './filter-text.js';

/** What was done, or is being done, to many task results at once. */
export function OperationsPage(): ReactNode {
  const may = useMay();
  const list = useList(['operations'], async (cursor) => {
    return (await client.call(routes.listOperations, { params: {}, query: { cursor, limit: 100 } })).body;
  });
  return (
    <Page title="Operations" beside={may('operations.write') ? <NewOperation /> : null}>
      <RecordList
        what="operations"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => paths.operation(id)}
        empty={
          <Empty title="Nothing was done to many at once yet">
            An operation sends verdicts again, or judges plans again, for all that a filter matches: planned first, then
            started, with a reason.
          </Empty>
        }
      />
    </Page>
  );
}

const COLUMNS: readonly Column<OperationBody>[] = [
  {
    id: 'kind',
    header: 'What',
    width: '120px',
    cell: ({ id, kind }) => <AppLink href={paths.operation(id)}>{KIND_TEXTS[kind].name}</AppLink>,
  },
  { id: 'state', header: 'State', width: '100px', cell: ({ state }) => state },
  {
    id: 'filter',
    header: 'To',
    width: 'minmax(160px, 2fr)',
    cell: ({ filter }) => <span className="mono">{filterText(filter)}</span>,
  },
  { id: 'reason', header: 'Why', width: 'minmax(140px, 2fr)', cell: ({ reason }) => reason },
  { id: 'counts', header: 'Done / refused / failed / left', width: '210px', cell: countsOf },
  { id: 'by', header: 'By', width: 'minmax(90px, 1fr)', cell: ({ by }) => by.name },
  { id: 'at', header: 'Planned', width: '160px', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

function countsOf({ counts: { done, refused, failed, pending } }: OperationBody): string {
  return [done, refused, failed, pending].map((count) => count.toLocaleString('en')).join(' / ');
}
