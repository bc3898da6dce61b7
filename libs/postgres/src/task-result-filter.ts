import type { Scope, TaskResultFilter } from '@rungate/run-task';
import { failingOfCause } from './failing-callbacks.js';
import type { Prisma } from './generated/client.js';
import { organizationsIn } from './read-gate.js';

type Where = Prisma.TaskResultWhereInput;

/** Which rows a filter wants, of those that a scope sees. What is searched for comes in `searchOf`. */
export function whereOf(scope: Scope, filter: TaskResultFilter): Where {
  const { id, organization, runTask, runId, taskResultId, workspace, state, verdict, stage, enforcement } = filter;
  return {
    ...(organization === undefined && scope.kind !== 'partner'
      ? {}
      : { organization: { ...defined({ slug: organization }), ...organizationsIn(scope) } }),
    ...(runTask === undefined ? {} : { runTask: { name: runTask } }),
    ...(workspace === undefined ? {} : { OR: [{ workspaceName: workspace }, { workspaceId: workspace }] }),
    ...(enforcement === undefined ? {} : { facts: { path: ['task_result_enforcement_level'], equals: enforcement } }),
    ...defined({ id, runId, taskResultId, state, verdict, stage }),
    ...receivedIn(filter),
  };
}

/** As `whereOf`, and narrowed to the cause that a filter names. */
export async function wantedOf(db: Prisma.TransactionClient, scope: Scope, filter: TaskResultFilter): Promise<Where[]> {
  return [whereOf(scope, filter), ...(await causedBy(db, scope, filter))];
}

/** Those whose verdict does not arrive for the cause that a filter names; no restriction when it names none. */
export async function causedBy(
  db: Prisma.TransactionClient,
  scope: Scope,
  { cause }: TaskResultFilter,
): Promise<Where[]> {
  return cause === undefined ? [] : [{ id: { in: [...(await failingOfCause(db, scope, cause))] } }];
}

/** The rows of a time, whatever they are. */
export function receivedIn({ since, until }: TaskResultFilter): Where {
  return since === undefined && until === undefined ? {} : { receivedAt: defined({ gte: since, lt: until }) };
}

/** What no index finds; null when nothing is searched for. */
export function searchOf({ q, rule }: TaskResultFilter): Where | null {
  const wanted: Where[] = [];
  if (rule !== undefined) wanted.push(found(rule));
  if (q !== undefined) {
    const contains = { contains: q.replace(/[\\%_]/g, String.raw`\$&`), mode: 'insensitive' as const };
    wanted.push({
      OR: [
        { runId: contains },
        { taskResultId: contains },
        { workspaceName: contains },
        { message: contains },
        found(q),
      ],
    });
  }
  return wanted.length === 0 ? null : { AND: wanted };
}

function found(rule: string): Where {
  return { checkResults: { some: { findings: { array_contains: [{ rule }] } } } };
}

function defined<T>(fields: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
