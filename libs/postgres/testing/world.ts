import {
  allowances,
  callbackDocument,
  plain,
  type Decision,
  type Hook,
  type NewTaskResult,
  type Organization,
  type OrganizationSettings,
  type PendingDelivery,
  type PutAnswer,
  type RunTask,
} from '@rungate/run-task';
import { aCheck, aCheckResult, aRequest, HOOK_SECRET, PLATFORM, TESTER } from '@rungate/run-task/testing';
import type { Postgres } from '../src/index.js';
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
  const { stored: organization } = await putOrganization(postgres, slug, settings);
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
    guardedOrigins: { origins: [`https://tfe.${slug}.example`], approve: true },
    expected: {},
    allow: () => undefined,
    by: TESTER,
    reason: null,
    dryRun: false,
  });
  if (answer.rejected !== undefined) throw new Error(`the run task of ${slug} was refused: ${answer.rejected}`);
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

/** acme and globex. */
export async function twoOrganizations(
  db: Pick<TestDatabase, 'postgres'>,
): Promise<[TestOrganization, TestOrganization]> {
  return [await anOrganization(db, 'acme'), await anOrganization(db, 'globex')];
}

/** Puts an organization as the platform's own people do. */
export async function putOrganization(
  { organizations }: Pick<Postgres, 'organizations'>,
  slug: string,
  settings: OrganizationSettings,
  dryRun = false,
): Promise<PutAnswer<Organization>> {
  const answer = await organizations.put({
    slug,
    settings,
    scope: PLATFORM,
    expected: {},
    allow: () => undefined,
    by: TESTER,
    dryRun,
  });
  if (answer.rejected !== undefined) throw new Error(`${slug}: ${answer.rejected}`);
  return answer;
}

/** A verdict with one check result. */
export function aDecision(results: Decision['results'] = [aCheckResult()]): Decision {
  const message = plain`No.`;
  return { verdict: 'failed', message, results, callback: callbackDocument({ status: 'failed', message }) };
}

/** A verdict of a new task result whose first attempt is under way. */
export async function aDeliveryUnderWay(
  { postgres }: Pick<TestDatabase, 'postgres'>,
  { request }: TestOrganization,
  taskResultId: string,
): Promise<PendingDelivery> {
  const { hooks, schedule, tasks } = postgres;
  await hooks.recordTaskResult(request(taskResultId));
  const [lease] = await schedule.claim('worker-1', 1);
  if (lease === undefined) throw new Error('nothing to claim');
  const answer = await tasks.decide(lease, aDecision());
  if (answer.kind !== 'decided') throw new Error(answer.kind);
  const delivery = await tasks.loadDelivery(answer.turn);
  if (delivery === null) throw new Error('nothing to deliver');
  return delivery;
}
