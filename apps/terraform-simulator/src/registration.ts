import { postToHook, type HookAnswer } from './hook-client.js';
import { registrationBody } from './request-body.js';

/** The hook of a run task that is being created, or whose key changed. */
export interface Registration {
  readonly hookUrl: string;
  readonly hmacKey: string | null;
  /** Of the URLs in the request; HCP Terraform's own, as captured, unless given. */
  readonly origin?: string | undefined;
}

/** Whether HCP Terraform would create the run task: only for exactly 200. */
export type RegistrationAnswer = HookAnswer & { readonly accepted: boolean };

/** Sends the signed test request, once: HCP Terraform refuses the run task when it fails. */
export async function sendRegistration(
  { hookUrl, hmacKey, origin }: Registration,
  stopped: AbortSignal,
): Promise<RegistrationAnswer> {
  const answer = await postToHook({ hookUrl, hmacKey, body: registrationBody(origin), stopped });
  return { ...answer, accepted: answer.status === 200 };
}
