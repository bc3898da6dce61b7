import { createHmac } from 'node:crypto';
import { hmacKey, type DeadlineProfile, type Hook } from '../../src/index.js';
import { aHook, aRequestBody } from '../builders.js';

/** An organization of a simulated installation: its run tasks, and what stands in its requests alone. */
export interface SimulatedOrganization {
  readonly id: string;
  readonly marker: string;
  readonly secret: string;
  /** One of each deadline profile. */
  readonly hooks: readonly Hook[];
}

/** A request of one run, as its Terraform posts it. */
export interface SimulatedRequest {
  readonly taskResultId: string;
  readonly organization: SimulatedOrganization;
  readonly hook: Hook;
  readonly callbackUrl: string;
  readonly accessToken: string;
  readonly body: string;
  readonly signature: string;
}

const PROFILES: readonly DeadlineProfile[] = ['rolling', 'fixed'];

/** An organization by its number. */
export function organizationOf(number: number): SimulatedOrganization {
  const id = `organization-${number}`;
  const secret = `hmac-secret-of-organization-${number}-and-nobody-else`;
  const terraformOrigin = number % 3 === 0 ? `https://tfe-${number}.example` : 'https://app.terraform.io';
  const hooks = PROFILES.map((deadlineProfile) =>
    aHook({
      hookId: `hook-${number}-${deadlineProfile}`,
      organizationId: id,
      runTaskId: `run-task-${number}-${deadlineProfile}`,
      versionId: `version-${number}-${deadlineProfile}`,
      deadlineProfile,
      terraformOrigin,
      originState: 'approved',
      keys: [hmacKey(`key-${number}`, secret)],
    }),
  );
  return { id, marker: `marker-of-organization-${number}.`, secret, hooks };
}

/** A request of an organization to one of its hooks, by its number among all. */
export function requestOf(organization: SimulatedOrganization, hook: Hook, number: number): SimulatedRequest {
  const taskResultId = `taskrs-${number}`;
  const callbackUrl = `${hook.terraformOrigin}/api/v2/task-results/${number}/callback`;
  const accessToken = `access-token-${number}-of-${organization.marker}`;
  const body = JSON.stringify(
    aRequestBody({
      task_result_id: taskResultId,
      task_result_callback_url: callbackUrl,
      plan_json_api_url: `${hook.terraformOrigin}/api/v2/plans/${number}/json-output`,
      access_token: accessToken,
      workspace_name: `workspace-${organization.marker}`,
    }),
  );
  return { taskResultId, organization, hook, callbackUrl, accessToken, body, signature: signed(organization, body) };
}

/** The same request with another body, as one that is sent again after a change. */
export function changed(request: SimulatedRequest): SimulatedRequest {
  const body = `${request.body} `;
  return { ...request, body, signature: signed(request.organization, body) };
}

function signed({ secret }: SimulatedOrganization, body: string): string {
  return createHmac('sha512', secret).update(body).digest('hex');
}
