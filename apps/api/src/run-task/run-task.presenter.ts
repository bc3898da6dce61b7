import type { HmacKeyBody, RunTaskBody, RunTaskPut } from '@rungate/contract';
import { originStateOf, type HmacKeyInfo, type OpenOrigins, type PutAnswer, type RunTask } from '@rungate/run-task';

/** What the presenter needs besides the run task. */
export interface Surroundings {
  readonly organizationSlug: string;
  /** `RUNGATE_PUBLIC_URL`. */
  readonly publicUrl: string;
  readonly openOrigins: OpenOrigins;
}

/** A run task as the contract shows it: never a key, only fingerprints. */
export function presentRunTask(
  runTask: RunTask,
  { organizationSlug, publicUrl, openOrigins }: Surroundings,
): RunTaskBody {
  return {
    organization: organizationSlug,
    name: runTask.name,
    hookUrl: hookUrlOf(runTask, publicUrl),
    terraformOrigin: runTask.terraformOrigin,
    downloadOrigins: runTask.downloadOrigins,
    deadlineProfile: runTask.deadlineProfile,
    onTimeout: runTask.onTimeout,
    checks: runTask.checks.map((check) => ({ ...check })),
    state: runTask.state,
    terraformOrganization: runTask.terraformOrganization,
    originState: originStateOf(runTask.terraformOrigin, runTask.originState, openOrigins),
    hmacKeyFingerprint: runTask.hmacKeys.find(({ state }) => state === 'active')?.fingerprint ?? null,
    hmacKeys: runTask.hmacKeys.map(presentHmacKey),
    createdAt: runTask.createdAt.toISOString(),
  };
}

/** Where Terraform calls a run task. */
export function hookUrlOf({ hookId }: Pick<RunTask, 'hookId'>, publicUrl: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/hooks/${hookId}`;
}

/** What a PUT did. */
export function presentRunTaskPut({ kind, changed, stored }: PutAnswer<RunTask>, around: Surroundings): RunTaskPut {
  return { ...presentRunTask(stored, around), change: kind, changed };
}

/** What a dry run would create: it has no hook, no key and no date yet. */
export function presentImaginedRunTask({ changed, stored }: PutAnswer<RunTask>, around: Surroundings): RunTaskPut {
  return {
    ...presentRunTask(stored, around),
    hookUrl: null,
    hmacKeyFingerprint: null,
    hmacKeys: [],
    createdAt: null,
    change: 'created',
    changed,
  };
}

/** A key as the contract shows it. */
export function presentHmacKey(key: HmacKeyInfo): HmacKeyBody {
  return {
    id: key.id,
    fingerprint: key.fingerprint,
    state: key.state,
    lastUsedAt: momentOf(key.lastUsedAt),
    retiresAt: momentOf(key.retiresAt),
    extendedAt: momentOf(key.extendedAt),
    revokedAt: momentOf(key.revokedAt),
    createdAt: key.createdAt.toISOString(),
  };
}

function momentOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
