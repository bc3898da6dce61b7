import { permits, type Principal } from '@rungate/access';
import type { ListedTaskResultBody, TaskResultBody, TaskResultDetailBody } from '@rungate/contract';
import type {
  CheckResult,
  Finding,
  ListedTaskResult,
  RecordedDelivery,
  TaskResultDetail,
  TaskResultSummary,
} from '@rungate/run-task';
import { runUrlOf } from './run-url.js';

/** A task result in a list. */
export function presentListed(taskResult: ListedTaskResult): ListedTaskResultBody {
  return { ...presentTaskResult(taskResult), findings: taskResult.findings };
}

function presentTaskResult(taskResult: TaskResultSummary): TaskResultBody {
  const { facts } = taskResult;
  return {
    id: taskResult.id,
    organization: taskResult.organization,
    runTask: taskResult.runTask,
    taskResultId: facts.task_result_id,
    runId: facts.run_id,
    runUrl: runUrlOf(facts, taskResult.terraformOrigin),
    workspaceId: facts.workspace_id,
    workspaceName: facts.workspace_name,
    stage: facts.stage,
    enforcementLevel: facts.task_result_enforcement_level,
    state: taskResult.state,
    verdict: taskResult.verdict,
    message: taskResult.message,
    reason: taskResult.reason,
    receivedAt: taskResult.receivedAt.toISOString(),
    startedAt: taskResult.startedAt?.toISOString() ?? null,
    progressBy: taskResult.progressBy.toISOString(),
    finalBy: taskResult.finalBy.toISOString(),
    decidedAt: taskResult.decidedAt?.toISOString() ?? null,
    deliveredAt: taskResult.deliveredAt?.toISOString() ?? null,
    purgedAt: taskResult.purgedAt?.toISOString() ?? null,
  };
}

/** One task result with all that became of it. */
export function presentTaskResultDetail(taskResult: TaskResultDetail, principal: Principal): TaskResultDetailBody {
  const showsAnswers = permits(principal, 'task-results.answers');
  const { input } = taskResult;
  return {
    ...presentTaskResult(taskResult),
    input: { state: input.state, keptUntil: input.keptUntil?.toISOString() ?? null },
    hmacKeyFingerprint: taskResult.hmacKeyFingerprint,
    checks: taskResult.checks.map(presentCheckResult),
    deliveries: taskResult.deliveries.map((delivery) => presentDelivery(delivery, showsAnswers)),
    timeline: taskResult.timeline.map(({ at, event }) => ({ at: at.toISOString(), event })),
  };
}

/** One check of a task result. */
export function presentCheckResult(result: CheckResult): TaskResultDetailBody['checks'][number] {
  const { name, use, enforcement, status, message, durationMs, isolation, log, findings } = result;
  const outcomes = findings.map(presentFinding);
  return { name, use, enforcement, status, message, durationMs, isolation, log, outcomes };
}

function presentFinding(finding: Finding): TaskResultDetailBody['checks'][number]['outcomes'][number] {
  const { rule, severity, certainty, address = null, message, remediation = null, docsUrl = null } = finding;
  return { rule, severity, certainty, address, message, remediation, docsUrl };
}

function presentDelivery(
  { kind, state, attempts }: RecordedDelivery,
  showsAnswers: boolean,
): TaskResultDetailBody['deliveries'][number] {
  return {
    kind,
    state,
    attempts: attempts.map(({ at, status, error, answer, durationMs }) => ({
      at: at.toISOString(),
      status,
      error,
      answer: showsAnswers ? answer : null,
      durationMs,
    })),
  };
}
