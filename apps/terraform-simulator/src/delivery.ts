import { setTimeout as sleep } from 'node:timers/promises';
import { postToHook, type HookAnswer } from './hook-client.js';
import type { Run } from './run.js';

/** Pauses before the second and later tries, milliseconds; what HCP Terraform does is not published. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000] as const;

/** Sends a run's request until the hook answers 200 or the tries are used up; says whether it did. */
export async function deliver(run: Run, stopped: AbortSignal): Promise<boolean> {
  const pauses = run.parts.options.retryDelaysMs ?? RETRY_DELAYS_MS;
  for (const pauseMs of [0, ...pauses]) {
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return false;
    run.start();
    const { status } = await post(run, { repeat: false, stopped });
    // Exactly 200: a 202 fails on HCP Terraform (aws-ia/terraform-aws-runtask-iam-access-analyzer #117).
    if (status === 200) return true;
  }
  run.giveUp();
  return false;
}

/** Sends the identical bytes once more, whatever became of the run. */
export async function deliverAgain(run: Run, stopped: AbortSignal): Promise<HookAnswer> {
  return await post(run, { repeat: true, stopped });
}

async function post(run: Run, { repeat, stopped }: { repeat: boolean; stopped: AbortSignal }): Promise<HookAnswer> {
  const { hookUrl, hmacKey } = run.parts.options;
  const at = new Date(run.parts.clock.now()).toISOString();
  const attempt = run.recordRequest({ at, status: null, error: null, repeat });
  const answer = await postToHook({ hookUrl, hmacKey, body: run.body, stopped });
  attempt.status = answer.status;
  attempt.error = answer.error;
  return answer;
}
