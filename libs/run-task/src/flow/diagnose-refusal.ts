import { diagnose, diagnoseHeader, type Diagnosis } from '../model/diagnosis.js';
import { isSignature } from '../model/signature.js';
import type { HookStore } from '../ports.js';

/** A request that was answered 401, and for how many of its kind it stands. */
export interface RefusedRequest {
  readonly hookId: string;
  /** Empty where the header was no signature: then the body was not read. */
  readonly rawBody: Uint8Array;
  readonly signature: unknown;
  readonly count: number;
}

/** What was found, and about whom. */
export interface Diagnosed extends Diagnosis {
  readonly organizationId: string;
  readonly runTaskId: string;
}

/**
 * Finds out, after the answer, why a request to a hook that exists was refused, and keeps it for people. Compares with keys
 * of the same organization alone. Null when there is nothing to say.
 */
export async function diagnoseRefusal(
  hooks: Pick<HookStore, 'findHook' | 'findSuspects' | 'noteBadSignature'>,
  { hookId, rawBody, signature, count }: RefusedRequest,
): Promise<Diagnosed | null> {
  const hook = await hooks.findHook(hookId);
  // A suspended organization is refused whatever it signs with.
  if (hook === null || hook.suspended) return null;
  const diagnosis = isSignature(signature)
    ? diagnose(await hooks.findSuspects(hookId), rawBody, signature)
    : diagnoseHeader(signature);
  if (diagnosis === null) return null;
  await hooks.noteBadSignature(hook, diagnosis, count);
  return { ...diagnosis, organizationId: hook.organizationId, runTaskId: hook.runTaskId };
}
