import { routes, type TaskResultBody } from '@rungate/contract';
import { useMemo, type ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { FilterBar, type FilterField } from '../../list/FilterBar.js';
import { RecordList } from '../../list/RecordList.js';
import { useChangesSince } from '../../live/use-changes-since.js';
import { useFilters } from '../../list/use-filters.js';
import { Empty } from '../../states/States.js';
import { columnsOf } from './columns.js';
import { STAGE_NAMES, STATE_NAMES, VERDICT_NAMES } from './names.js';

interface TaskResultListProps {
  /** Null: those of all organizations. */
  readonly organization: string | null;
  readonly hrefOf: (taskResult: TaskResultBody) => string;
}

/** Task results, newest first, by what the filters in the address say. */
export function TaskResultList({ organization, hrefOf }: TaskResultListProps): ReactNode {
  const filters = useFilters(filterShape);
  const [filter] = filters;
  const query = organization === null ? filter : { ...filter, organization };
  const list = useList(['task-results', query], async (cursor) => {
    const { body } = await client.call(routes.listTaskResults, { params: {}, query: { ...query, cursor, limit: 100 } });
    return body;
  });
  const changed = useChangesSince(list.readAt);
  const columns = useMemo(() => columnsOf({ organization, hrefOf }), [organization, hrefOf]);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <FilterBar fields={organization === null ? [ORGANIZATION, ...FIELDS] : FIELDS} filters={filters} />
      <RecordList
        what="results"
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        hrefOf={hrefOf}
        changed={changed}
        empty={isFiltered ? <Empty title="No result fits these filters" /> : NOTHING_YET}
      />
    </>
  );
}

const NOTHING_YET = (
  <Empty title="No run has asked for a verdict yet">
    A result appears here as soon as a Terraform calls a hook. The setup page says how to make it call.
  </Empty>
);

const filterShape = z.object({
  organization: z.string().optional(),
  workspace: z.string().optional(),
  runTask: z.string().optional(),
  runId: z.string().optional(),
  taskResultId: z.string().optional(),
  verdict: z.enum(['passed', 'failed']).optional(),
  state: z.enum(['accepted', 'evaluating', 'waiting', 'decided', 'delivered', 'undeliverable']).optional(),
  stage: z.enum(['pre_plan', 'post_plan', 'pre_apply', 'post_apply']).optional(),
});

const ORGANIZATION: FilterField = { name: 'organization', label: 'Organization' };
const FIELDS: readonly FilterField[] = [
  { name: 'workspace', label: 'Workspace' },
  { name: 'runTask', label: 'Run task', width: 120 },
  { name: 'runId', label: 'Run id (run-…)' },
  { name: 'taskResultId', label: 'Result id (taskrs-…)', width: 180 },
  { name: 'verdict', label: 'Verdict', options: optionsOf(VERDICT_NAMES), width: 110 },
  { name: 'state', label: 'State', options: optionsOf(STATE_NAMES) },
  { name: 'stage', label: 'Stage', options: optionsOf(STAGE_NAMES), width: 120 },
];

function optionsOf(names: Readonly<Record<string, string>>): FilterField['options'] {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}
