import { Inject, Injectable } from '@nestjs/common';
import { routes, type DesiredRunTask, type RunTaskPut } from '@rungate/contract';
import {
  LIMITS,
  type Change,
  type Expected,
  type KeyRejection,
  type Organization,
  type PutRunTask as DesiredOfStore,
  type RunTaskSettings,
} from '@rungate/run-task';
import { requireStepUp } from '../edge/authority.js';
import { FieldAuthority } from '../edge/field-authority.js';
import type { Requester } from '../edge/requester.js';
import { stale } from '../edge/revision.js';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { tooManyOrigins } from '../origin/origin.controller.js';
import { allowChecks } from './check-authority.js';
import { desiredSettings } from './desired-settings.js';
import { guardedOrigins } from './guarded-origins.js';
import { handOver } from './hand-over.js';
import { newHmacKey, refusedKey } from './hmac-keys.js';
import { presentImaginedRunTask, presentRunTaskPut } from './run-task.presenter.js';

/** How long a key that a PUT replaces still counts, hours. */
const OVERLAP_HOURS = 72;

/** One run task as a request wants it. */
export interface WantedRunTask {
  readonly organization: Organization;
  readonly name: string;
  readonly body: DesiredRunTask;
  /** Fields that the body names. */
  readonly given: ReadonlySet<string>;
  readonly expected: Expected;
  readonly reason: string | null;
  readonly dryRun: boolean;
}

/** What came of it: the answer, and the revision that is stored now. */
export interface PutRunTaskResult {
  readonly body: RunTaskPut;
  readonly revision: number;
}

/** Brings a run task to the desired state, as far as its sender may. */
@Injectable()
export class PutRunTask {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `forbidden`, `invalid`, `stale`, `too_many`. */
  async put(requester: Requester, wanted: WantedRunTask): Promise<PutRunTaskResult> {
    const { organization, body, dryRun } = wanted;
    const settings = await this.settings(requester, wanted);
    const desired = { organizationId: organization.id, ...this.desired(requester, wanted, settings) };
    const handedOver = await handOver(desired.hmacKey.secret, body.deliver);
    const answer = await this.options.runTasks.put(desired);
    if (answer.rejected !== undefined) throw refusal(answer.rejected);
    const { publicUrl, openOrigins } = this.options;
    const around = { organizationSlug: organization.slug, publicUrl, openOrigins };
    const { revision } = answer.stored;
    if (answer.kind !== 'created') return { body: presentRunTaskPut(answer, around), revision };
    if (dryRun) return { body: presentImaginedRunTask(answer, around), revision };
    return { body: { ...presentRunTaskPut(answer, around), ...handedOver }, revision };
  }

  /** What the store is asked for, with a key for a run task that is new. */
  desired(
    { principal, actor, session }: Requester,
    { name, body, expected, reason, dryRun }: Omit<WantedRunTask, 'organization'>,
    settings: RunTaskSettings,
  ): Omit<DesiredOfStore, 'organizationId'> {
    const authority = new FieldAuthority(routes.putRunTask.body, principal);
    return {
      name,
      settings,
      guardedOrigins: guardedOrigins(settings, { principal, openOrigins: this.options.openOrigins }),
      hmacKey: {
        secret: body.hmacKey ?? (this.options.newHmacKey ?? newHmacKey)(),
        given: body.hmacKey !== undefined,
      },
      overlapHours: OVERLAP_HOURS,
      expected,
      allow: (change) => {
        authority.allow(change.changed);
        allowChecks(principal, change, reason);
        // Whoever has a key answers for the organization: the answer shows a new one, and another takes effect at once.
        if (!dryRun && bringsKey(change)) requireStepUp(session, this.options.clock.now());
      },
      by: actor,
      reason,
      dryRun,
    };
  }

  /** What an editor leaves out, and may not change, stays as it is. */
  private async settings(
    { principal }: Requester,
    { organization, name, body, given }: WantedRunTask,
  ): Promise<RunTaskSettings> {
    const desired = desiredSettings(body, this.options);
    if (principal.kind !== 'organization') return desired;
    const authority = new FieldAuthority(routes.putRunTask.body, principal);
    return authority.keeping(desired, given, await this.options.runTasks.find(organization.id, name));
  }
}

function bringsKey({ before, changed }: Change<RunTaskSettings>): boolean {
  return before === null || changed.includes('hmacKey');
}

function refusal(why: KeyRejection | 'over_limit' | 'origins_over_limit' | 'stale'): ApiError {
  if (why === 'stale') return stale('run task');
  if (why === 'origins_over_limit') return tooManyOrigins();
  if (why !== 'over_limit') return refusedKey(why);
  return new ApiError('too_many', `An organization may have ${LIMITS.runTasks} run tasks, and this one has them.`);
}
