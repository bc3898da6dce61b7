import type { FacetCount, Scope, TaskResultFacets, TaskResultFilter } from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { causedBy, receivedIn, searchOf, whereOf } from './task-result-filter.js';

/** Rows that are counted at most. */
const MOST = 50_000;
/** Values that are shown of each kind. */
const SHOWN = 50;
/** Of which a search is made: it looks into each. */
const SEARCHED = 10_000;

/** Counts each kind among the newest rows, as if nothing was asked of it. */
export async function countFacets(
  db: Prisma.TransactionClient,
  scope: Scope,
  filter: TaskResultFilter,
): Promise<TaskResultFacets> {
  const search = searchOf(filter);
  const caused = await causedBy(db, scope, filter);
  const base = { ...whereOf(scope, {}), ...receivedIn(filter) };
  const oldest = await db.taskResult.findFirst({
    where: base,
    orderBy: { id: 'desc' },
    skip: search === null ? MOST : SEARCHED,
    select: { id: true },
  });
  const within = [
    ...(oldest === null ? [] : [{ id: { gt: oldest.id } }]),
    ...(search === null ? [] : [search]),
    ...caused,
  ];
  const counted = async (kind: Kind, without: Partial<TaskResultFilter>): Promise<readonly Counted[]> => {
    const where = { AND: [whereOf(scope, { ...filter, ...without }), ...within] };
    const rows = await db.taskResult.groupBy({
      by: [kind],
      where,
      _count: true,
      orderBy: { _count: { [kind]: 'desc' } },
      take: SHOWN,
    });
    return rows.flatMap((row) => (row[kind] === null ? [] : [{ value: row[kind], count: row._count }]));
  };
  const organizations = await counted('organizationId', { organization: undefined });
  const runTasks = await counted('runTaskId', { runTask: undefined });
  return {
    state: await counted('state', { state: undefined }),
    verdict: await counted('verdict', { verdict: undefined }),
    stage: await counted('stage', { stage: undefined }),
    organization: named(
      organizations,
      await db.organization
        .findMany({
          where: { id: { in: organizations.map(({ value }) => value) } },
          select: { id: true, slug: true },
        })
        .then((rows) => rows.map(({ id, slug: name }) => ({ id, name }))),
    ),
    runTask: named(
      runTasks,
      await db.runTask.findMany({
        where: { id: { in: runTasks.map(({ value }) => value) } },
        select: { id: true, name: true },
      }),
    ),
    isCut: oldest !== null,
  };
}

type Kind = 'state' | 'verdict' | 'stage' | 'organizationId' | 'runTaskId';
type Counted = FacetCount;

/** Counted by id, shown by name; run tasks of several organizations may have the same. */
function named(
  counts: readonly Counted[],
  names: readonly { readonly id: string; readonly name: string }[],
): readonly FacetCount[] {
  const byName = new Map<string, number>();
  for (const { value, count } of counts) {
    const name = names.find(({ id }) => id === value)?.name;
    if (name !== undefined) byName.set(name, (byName.get(name) ?? 0) + count);
  }
  return [...byName].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}
