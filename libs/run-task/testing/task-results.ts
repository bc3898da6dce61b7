import { callbackDocument, outcomesOf, plainText } from '../src/index.js';
import type {
  PastTaskResult,
  PlanChanges,
  Scope,
  TaskResultDetail,
  TaskResultFacets,
  TaskResultFilter,
  TaskResultPage,
  TaskResultReader,
  TaskResultRows,
  ToldVerdict,
} from '../src/index.js';

/** Task results that the test lists. */
export class InMemoryTaskResultReader implements TaskResultReader {
  /** What the plans of some of them change. */
  readonly changes = new Map<string, PlanChanges>();

  constructor(private readonly taskResults: readonly TaskResultDetail[]) {}

  list(_scope: Scope, { filter, order, limit, after }: TaskResultPage): Promise<TaskResultRows> {
    const sign = order === 'newest_first' ? 1 : -1;
    const rows = this.taskResults
      .filter(
        (taskResult) => matches(taskResult, filter) && (after === null || sign * compare(after, taskResult.id) > 0),
      )
      .sort((a, b) => sign * compare(b.id, a.id))
      .map((taskResult) => ({ ...taskResult, findings: {} }));
    return Promise.resolve({ rows: rows.slice(0, limit), searchedTo: null });
  }

  find(_scope: Scope, id: string): Promise<TaskResultDetail | null> {
    return Promise.resolve(this.taskResults.find((taskResult) => taskResult.id === id) ?? null);
  }

  /** What the reader of Postgres reads out of the delivery. */
  told(_scope: Scope, id: string): Promise<ToldVerdict | null> {
    const found = this.taskResults.find((taskResult) => taskResult.id === id);
    if (found?.verdict == null) return Promise.resolve(null);
    const { facts, verdict, message, checks } = found;
    const callback = callbackDocument({
      status: verdict,
      message: plainText(message ?? ''),
      outcomes: outcomesOf(checks, []),
    });
    return Promise.resolve({ stage: facts.stage, enforcementLevel: facts.task_result_enforcement_level, callback });
  }

  history(_scope: Scope, id: string): Promise<readonly PastTaskResult[] | null> {
    const known = this.taskResults.some((taskResult) => taskResult.id === id);
    const past = this.taskResults.flatMap(({ id, runTask, facts, verdict, state, receivedAt }) =>
      verdict === null ? [] : [{ id, runTask, runId: facts.run_id, stage: facts.stage, verdict, state, receivedAt }],
    );
    return Promise.resolve(known ? past : null);
  }

  planChanges(_scope: Scope, id: string): Promise<PlanChanges | 'none' | null> {
    return Promise.resolve(
      this.taskResults.some((taskResult) => taskResult.id === id) ? (this.changes.get(id) ?? 'none') : null,
    );
  }

  facets(_scope: Scope, filter: TaskResultFilter): Promise<TaskResultFacets> {
    const count = (valueOf: (taskResult: TaskResultDetail) => string | null) => {
      const values = this.taskResults
        .filter((taskResult) => matches(taskResult, filter))
        .flatMap((one) => valueOf(one) ?? []);
      return [...new Set(values)].map((value) => ({ value, count: values.filter((other) => other === value).length }));
    };
    return Promise.resolve({
      state: count(({ state }) => state),
      verdict: count(({ verdict }) => verdict),
      stage: count(({ facts }) => facts.stage),
      organization: count(({ organization }) => organization),
      runTask: count(({ runTask }) => runTask),
      isCut: false,
    });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function matches(taskResult: TaskResultDetail, filter: TaskResultFilter): boolean {
  const { facts, receivedAt } = taskResult;
  const { since = receivedAt, until = null } = filter;
  const wantedAndActual = [
    [filter.organization, taskResult.organization],
    [filter.runTask, taskResult.runTask],
    [filter.state, taskResult.state],
    [filter.verdict, taskResult.verdict],
    [filter.stage, facts.stage],
    [filter.runId, facts.run_id],
    [filter.taskResultId, facts.task_result_id],
    [filter.workspace, facts.workspace_name],
    [filter.enforcement, facts.task_result_enforcement_level],
  ];
  return (
    receivedAt >= since &&
    (until === null || receivedAt < until) &&
    (filter.q === undefined || `${facts.run_id} ${facts.workspace_name}`.includes(filter.q)) &&
    wantedAndActual.every(([wanted, actual]) => wanted === undefined || wanted === actual)
  );
}
