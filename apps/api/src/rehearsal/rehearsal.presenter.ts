import type { RehearsalFacts, RehearsedBody } from '@rungate/contract';
import { shownText, type CallbackDocument, type Rehearsed } from '@rungate/run-task';
import type { FoundRunTask } from '../run-task/run-tasks.js';
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

/** HashiCorp, "Run states": an advisory task warns, a mandatory one stops the run, and nothing is stopped after the apply. */
function consequenceOf(
  verdict: Rehearsed['verdict'],
  enforcement: RehearsalFacts['enforcement'],
  stage: RehearsalFacts['stage'],
): string {
  if (verdict === 'passed') return 'The run goes on.';
  if (stage === 'post_apply') return 'The run has been applied: it shows a failed run task, and nothing is undone.';
  if (enforcement === 'advisory') return 'The run goes on with a warning: the run task is advisory.';
  return 'The run stops: the run task is mandatory.';
}

function outcomesIn({ data }: CallbackDocument): RehearsedBody['outcomes'] {
  return (data.relationships?.outcomes.data ?? []).map(({ attributes }) => {
    const { 'outcome-id': id, description, body, tags } = attributes;
    return {
      id,
      description,
      body: body ?? null,
      text: body === undefined ? null : shownText(body),
      tags: Object.fromEntries(
        Object.entries(tags).map(([tag, labels]) => [tag, labels.map(({ label, level }) => ({ label, level }))]),
      ),
    };
  });
}
