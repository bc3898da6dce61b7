import type { RehearsalFacts, RehearsedBody } from '@rungate/contract';
import type { Rehearsed } from '@rungate/run-task';
import type { FoundRunTask } from '../run-task/run-tasks.js';
import { consequenceOf, outcomesIn } from '../task-result/run-page.presenter.js';
import { presentCheckResult } from '../task-result/task-result.presenter.js';

/** What would be called back, as the run page would show it. */
export function presentRehearsed(
  { organization, runTask }: FoundRunTask,
  { stage, enforcement }: RehearsalFacts,
  { verdict, message, callback, results }: Rehearsed,
): RehearsedBody {
  return {
    organization: organization.slug,
    runTask: runTask.name,
    stage,
    verdict,
    message,
    consequence: consequenceOf(verdict, enforcement, stage),
    outcomes: outcomesIn(callback),
    checks: results.map(presentCheckResult),
  };
}
