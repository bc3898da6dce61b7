import { createHash, randomUUID } from 'node:crypto';
import { aRequestBody } from '@rungate/run-task/testing';
import { postSigned } from '../../harness/hook-request.js';
import type { Tenant, World } from './world.js';

const AT_ONCE = 16;

/** Sends many requests whose checks need no plan past the simulator; their callbacks go to the tenant's own origin. */
export async function postMany(world: World, tenant: Tenant, count: number): Promise<void> {
  let left = count;
  const send = async (): Promise<void> => {
    while (left-- > 0) await postOne(world, tenant);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

/** One of them: what it was answered is noted. */
export async function postOne(world: World, tenant: Tenant, body = bodyOf(tenant)): Promise<number> {
  const { status } = await postSigned(tenant.hook, body.text);
  const bodyHash = createHash('sha256').update(body.text).digest('hex');
  world.posted.push({ taskResultId: body.taskResultId, status, bodyHash });
  return status;
}

/** A request of an organization, with an id of its own. */
export function bodyOf({ origin, marker }: Tenant): { readonly taskResultId: string; readonly text: string } {
  const taskResultId = `taskrs-${randomUUID()}`;
  const text = JSON.stringify(
    aRequestBody({
      stage: 'pre_plan',
      task_result_id: taskResultId,
      workspace_name: marker,
      task_result_callback_url: `${origin}/api/v2/task-results/${taskResultId}/callback`,
      plan_json_api_url: undefined,
      configuration_version_download_url: undefined,
    }),
  );
  return { taskResultId, text };
}
