import type { ShownVerdictBody } from '@rungate/contract';
import { shownText, type CallbackDocument, type Stage, type ToldVerdict, type Verdict } from '@rungate/run-task';

/** A stored verdict, as the run page of its Terraform shows it; null for what is no verdict. */
export function presentShownVerdict({ stage, enforcementLevel, callback }: ToldVerdict): ShownVerdictBody | null {
  const { status, message } = callback.data.attributes;
  if (status === 'running') return null;
  return {
    verdict: status,
    message,
    consequence: consequenceOf(status, enforcementLevel, stage),
    outcomes: outcomesIn(callback),
  };
}

/** HashiCorp, "Run states": an advisory task warns, a mandatory one stops the run, and nothing is stopped after the apply. */
export function consequenceOf(verdict: Verdict, enforcement: string, stage: Stage): string {
  if (verdict === 'passed') return 'The run goes on.';
  if (stage === 'post_apply') return 'The run has been applied: it shows a failed run task, and nothing is undone.';
  if (enforcement === 'advisory') return 'The run goes on with a warning: the run task is advisory.';
  return 'The run stops: the run task is mandatory.';
}

/** What the run page lists under the run task. */
export function outcomesIn({ data }: CallbackDocument): ShownVerdictBody['outcomes'] {
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
