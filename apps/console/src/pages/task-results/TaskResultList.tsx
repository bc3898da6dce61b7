import { useMediaQuery } from '@mantine/hooks';
import { routes, type ListedTaskResultBody } from '@rungate/contract';
import { useMemo, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { FilterBar } from '../../list/FilterBar.js';
import { RecordList } from '../../list/RecordList.js';
import { useFilters } from '../../list/use-filters.js';
import { useChangesSince } from '../../live/use-changes-since.js';
import { useMay } from '../../session/me.js';
import { Empty } from '../../states/States.js';
import { BulkActions } from './BulkActions.js';
import { columnsOf } from './columns.js';
import { Export } from './Export.js';
import { Facets } from './Facets.js';
import { fieldsOf, filterShape, queryOf } from './filters.js';
import classes from './Facets.module.css';

interface TaskResultListProps {
  /** Null: those of all organizations. */
  readonly organization: string | null;
  readonly hrefOf: (taskResult: ListedTaskResultBody) => string;
}

/** Task results, newest first, by what the filters in the address say. */
export function TaskResultList({ organization, hrefOf }: TaskResultListProps): ReactNode {
  const filters = useFilters(filterShape);
  const [filter] = filters;
  const may = useMay();
  const query = { ...queryOf(filter), ...(organization === null ? {} : { organization }) };
  const list = useList(['task-results', query], async (cursor) => {
    const { body } = await client.call(routes.listTaskResults, { params: {}, query: { ...query, cursor, limit: 100 } });
    return body;
  });
  const changed = useChangesSince(list.readAt, organization ?? filter.organization ?? null);
  const isWide = useMediaQuery('(min-width: 100em)', false, { getInitialValueInEffect: false });
  const columns = useMemo(() => columnsOf({ organization, hrefOf, isWide }), [organization, hrefOf, isWide]);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <FilterBar fields={fieldsOf(filter, organization)} filters={filters}>
        <BulkActions organization={organization} filter={filter} />
        {may('task-results.export') ? <Export organization={organization} filter={filter} /> : null}
      </FilterBar>
      <div className={classes.frame}>
        <Facets organization={organization} filters={filters} />
        <div className={classes.main}>
          <RecordList
            what="results"
            columns={columns}
            list={list}
            keyOf={({ id }) => id}
            hrefOf={hrefOf}
            changed={changed}
            empty={isFiltered ? <Empty title="No result fits these filters" /> : NOTHING_YET}
          />
        </div>
      </div>
    </>
  );
}

const NOTHING_YET = (
  <Empty title="No run has asked for a verdict yet">
    A result appears here as soon as a Terraform calls a hook. The setup page says how to make it call.
  </Empty>
);
