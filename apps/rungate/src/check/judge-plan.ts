import { needsPlan } from '@rungate/checks';
import { rehearse, type Rehearsal, type Rehearsed } from '@rungate/run-task';
import { startRunner } from '@rungate/sandbox';

/** What to judge. */
export interface PlanToJudge extends Omit<Rehearsal, 'organizationId' | 'rehearsalId'> {
  readonly signal: AbortSignal;
  /** Called after each check. */
  readonly progress: (done: number) => void;
}

/** What a run task with these checks would have answered. */
export type JudgedPlan = Rehearsed;

/** Judges a plan as the platform does, with a runner of its own. */
export async function judgePlan({ signal, progress, ...toJudge }: PlanToJudge): Promise<JudgedPlan> {
  const runner = startRunner({ poolSize: 1 });
  const rehearsal = { ...toJudge, organizationId: 'local', rehearsalId: 'local' };
  try {
    return await rehearse({ runner, catalogue: { needsPlan } }, rehearsal, { signal, progress });
  } finally {
    await runner.close();
  }
}
