import { z } from 'zod';
import type { FilterField } from '../../list/FilterBar.js';
import { STAGE_NAMES, STAGES, STATE_NAMES, VERDICT_NAMES } from './names.js';

const day = z.iso.date().optional();

/** What the address of a list of task results can ask for. */
export const filterShape = z.object({
  q: z.string().trim().min(2).max(200).optional(),
  organization: z.string().optional(),
  workspace: z.string().optional(),
  runTask: z.string().optional(),
  runId: z.string().optional(),
  taskResultId: z.string().optional(),
  verdict: z.enum(['passed', 'failed']).optional(),
  state: z.enum(['accepted', 'evaluating', 'waiting', 'decided', 'delivered', 'undeliverable']).optional(),
  stage: z.enum(STAGES).optional(),
  enforcement: z.string().optional(),
  cause: z.string().optional(),
  rule: z.string().optional(),
  since: day,
  until: day,
});
/** Which task results somebody asks for. */
export type TaskResultFilter = z.output<typeof filterShape>;

/** The same as the API takes it: days are those of UTC, and the last one is whole. */
export interface TaskResultQuery extends Omit<TaskResultFilter, 'since' | 'until'> {
  readonly since?: Date;
  readonly until?: Date;
}

const DAY_MS = 86_400_000;

/** What the list, its counts and its export are asked for. */
export function queryOf({ since, until, ...rest }: TaskResultFilter): TaskResultQuery {
  return {
    ...rest,
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(Date.parse(until) + DAY_MS) }),
  };
}

/** The same as texts, for an address or a plan. */
export function textsOf(filter: TaskResultFilter): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(queryOf(filter)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value instanceof Date ? value.toISOString() : String(value)]],
    ),
  );
}

/** The fields of the filter bar: those that are always there, and of the others those that ask for something now. */
export function fieldsOf(filter: TaskResultFilter, organization: string | null): readonly FilterField[] {
  const rare = RARE.filter(({ name }) => filter[name] !== undefined);
  return [SEARCH, ...(organization === null ? [ORGANIZATION] : []), ...USUAL, ...rare];
}

const SEARCH: FilterField = { name: 'q', label: 'Search: run, workspace, message, rule', width: 260 };
const ORGANIZATION: FilterField = { name: 'organization', label: 'Organization' };
const USUAL: readonly FilterField[] = [
  { name: 'workspace', label: 'Workspace' },
  { name: 'verdict', label: 'Verdict', options: optionsOf(VERDICT_NAMES), width: 110 },
  { name: 'state', label: 'State', options: optionsOf(STATE_NAMES) },
  { name: 'stage', label: 'Stage', options: optionsOf(STAGE_NAMES), width: 120 },
  { name: 'since', label: 'From', isDay: true },
  { name: 'until', label: 'Until', isDay: true },
];

/** Asked for by a link, a facet or the command palette. */
const RARE = [
  { name: 'runTask', label: 'Run task', width: 140 },
  { name: 'runId', label: 'Run id (run-…)' },
  { name: 'taskResultId', label: 'Result id (taskrs-…)', width: 180 },
  { name: 'enforcement', label: 'Enforcement', width: 120 },
  { name: 'rule', label: 'Rule' },
  { name: 'cause', label: 'Cause', width: 260 },
] as const satisfies readonly FilterField[];

function optionsOf(names: Readonly<Record<string, string>>): FilterField['options'] {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}
