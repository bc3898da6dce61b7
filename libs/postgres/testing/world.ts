import {
  allowances,
  callbackDocument,
  plain,
  type Decision,
  type Hook,
  type NewTaskResult,
  type Organization,
  type RunTask,
} from '@rungate/run-task';
import { aCheck, aCheckResult, aRequest, HOOK_SECRET } from '@rungate/run-task/testing';
import type { TestDatabase } from './test-postgres.js';

/** An organization with one run task, as the management API would have made them. */
export interface TestOrganization {
  readonly organization: Organization;
  readonly runTask: RunTask;
  readonly hook: Hook;
  /** A request to that hook, ready to be recorded. */
  readonly request: (taskResultId: string, changes?: Partial<NewTaskResult>) => NewTaskResult;
}

/** Creates an organization; its hook's key is made from the slug unless one is given. */
export async function anOrganization(
  { postgres }: Pick<TestDatabase, 'postgres'>,
  slug: string,
  secret = `${HOOK_SECRET}-${slug}`,
): Promise<TestOrganization> {
  const settings = {
    displayName: slug,
    tags: [],
    weight: 1,
    maxInFlight: null,
    retentionDays: 90,
    inputRetentionDays: 7,
  };
  const { stored: organization } = await postgres.organizations.put(slug, settings, false);
  const answer = await postgres.runTasks.put({
    organizationId: organization.id,
    name: 'guardrails',
    settings: {
      terraformOrigin: 'https://app.terraform.io',
      downloadOrigins: ['https://app.terraform.io', 'https://archivist.terraform.io'],
      deadlineProfile: 'rolling',
      onTimeout: 'failed',
      checks: [aCheck()],
    },
    hmacKey: { secret, given: true },
    overlapHours: 72,
    author: 'test',
    dryRun: false,
  });
  if (answer.rejected !== undefined) throw new Error(`the key of ${slug} is in use`);
  const hook = await postgres.hooks.findHook(answer.stored.hookId);
  if (hook === null) throw new Error(`no hook for ${slug}`);
  return {
    organization,
    runTask: answer.stored,
    hook,
    request: (taskResultId, changes = {}) => ({
      id: postgres.ids.next(),
      hook,
      keyId: hook.keys[0]?.id ?? '',
      request: aRequest({ task_result_id: taskResultId }),
      bodyHash: 'a'.repeat(64),
      allowances: allowances('rolling'),
      ...changes,
    }),
  };
}

/** A verdict with one check result. */
export function aDecision(results: Decision['results'] = [aCheckResult()]): Decision {
  const message = plain`No.`;
  return { verdict: 'failed', message, results, callback: callbackDocument({ status: 'failed', message }) };
}
