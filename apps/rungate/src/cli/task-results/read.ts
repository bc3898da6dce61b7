import { routes, type TaskResultBody, type TaskResultDetailBody } from '@rungate/contract';
import type { Stage, TaskResultState, Verdict } from '@rungate/run-task';
import { show, showAll, type Context } from '../act.js';
import { CommandError } from '../errors.js';
import { fields, table } from '../table.js';

/** Which task results to list. */
export interface TaskResultFilter {
  readonly organization?: string;
  readonly runTask?: string;
  readonly runId?: string;
  readonly taskResultId?: string;
  readonly workspace?: string;
  readonly state?: TaskResultState;
  readonly verdict?: Verdict;
  readonly stage?: Stage;
  readonly since?: string;
  readonly until?: string;
  readonly most: number;
}

/** `rungate task-results list`. */
export async function listTaskResults(context: Context, filter: TaskResultFilter): Promise<undefined> {
  const { most, since, until, ...query } = filter;
  const all = context.client.list(routes.listTaskResults, {
    params: {},
    query: {
      ...query,
      ...(since === undefined ? {} : { since: momentOf(since, '--since') }),
      ...(until === undefined ? {} : { until: momentOf(until, '--until') }),
      limit: Math.min(most, 200),
    },
  });
  await showAll(context, atMost(all, most), taskResultTable);
}

/** `rungate task-results show`. */
export async function showTaskResult(context: Context, id: string): Promise<undefined> {
  const { body } = await context.client.call(routes.getTaskResult, { params: { id } });
  show(context, body, taskResultText);
}

async function* atMost<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T, void, undefined> {
  let count = 0;
  for await (const item of items) {
    yield item;
    if (++count === most) return;
  }
}

/** A date is its midnight in UTC. */
function momentOf(written: string, option: string): Date {
  const moment = new Date(written);
  if (/^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:\d{2}))?$/.test(written) && !Number.isNaN(moment.getTime())) return moment;
  throw new CommandError('usage', `${option} must be a date such as 2026-11-22, or an RFC 3339 date-time.`);
}

function taskResultTable(taskResults: readonly TaskResultBody[]): string {
  const rows = taskResults.map((result) => [
    result.id,
    result.receivedAt,
    `${result.organization}/${result.runTask}`,
    result.workspaceName,
    result.stage,
    result.verdict ?? result.state,
    result.message,
  ]);
  return table(['ID', 'RECEIVED', 'RUN TASK', 'WORKSPACE', 'STAGE', 'VERDICT', 'MESSAGE'], rows);
}

function taskResultText(result: TaskResultDetailBody): string {
  const attempts = result.deliveries.flatMap(({ kind, attempts: tried }) =>
    tried.map((attempt) => ({ kind, attempt })),
  );
  return [
    fields([
      ['task result', result.id],
      ['run task', `${result.organization}/${result.runTask}`],
      ['run', `${result.runId} in ${result.workspaceName}, ${result.stage}`],
      ['state', result.state],
      ['verdict', result.verdict],
      ['message', result.message],
      ['reason', result.reason],
      ['received', result.receivedAt],
      ['deadline', result.finalBy],
      ['details removed', result.purgedAt],
    ]),
    table(
      ['CHECK', 'STATUS', 'ENFORCEMENT', 'MESSAGE'],
      result.checks.map((check) => [check.name, check.status, check.enforcement, check.message]),
    ),
    table(
      ['DELIVERY', 'AT', 'STATUS', 'ERROR'],
      attempts.map(({ kind, attempt }) => [kind, attempt.at, attempt.status, attempt.error]),
    ),
    ...attempts.flatMap(({ attempt }) =>
      attempt.answer === null ? [] : [`Answer at ${attempt.at}:\n${indented(attempt.answer)}\n`],
    ),
    table(
      ['AT', 'EVENT'],
      result.timeline.map(({ at, event }) => [at, event]),
    ),
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
