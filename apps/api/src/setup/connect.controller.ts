import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type ConnectBody, type ConnectedBody } from '@rungate/contract';
import {
  descriptionOf,
  type Actor,
  type ConnectAnswer,
  type ConnectChange,
  type ConnectKey,
  type ConnectNote,
  type ConnectRefusal,
  type ConnectRequest,
  type HmacKeyInfo,
  type RunTask,
} from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { ApiError, type ApiErrorCode } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { hookUrlOf } from '../run-task/run-task.presenter.js';
import { RunTasks, type FoundRunTask } from '../run-task/run-tasks.js';

/** Longest that connecting may take, with all its workspaces. */
const TOTAL_MS = 5 * 60_000;

/** `/organizations/{org}/run-tasks/{name}/connect`. */
@Controller()
export class ConnectController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(RunTasks) private readonly runTasks: RunTasks,
  ) {}

  @Endpoint(routes.connectRunTask)
  async connect(@Req() request: FastifyRequest): Promise<ConnectedBody> {
    const { params, body } = readInput(routes.connectRunTask, request);
    const found = await this.runTasks.named(request, params);
    const { actor } = requesterOf(request);
    const { terraformOrigin, organizationId } = found.runTask;
    const record = await this.options.origins.find(organizationId, terraformOrigin);
    const wanted = { ...this.#requestOf(found, body, actor), originRecords: record === null ? [] : [record] };
    const answer = await this.options.connector.connect(wanted, AbortSignal.timeout(TOTAL_MS));
    if (!body.dryRun) await this.options.connects.noteConnected(found.runTask, noteOf(wanted, answer), actor);
    if (answer.kind === 'failed') throw new ApiError(CODES[answer.why], answer.reason);
    const { runTask } = await this.runTasks.named(request, params);
    const { slug: organization } = found.organization;
    return { organization, name: runTask.name, dryRun: body.dryRun, changes: answer.changes, state: runTask.state };
  }

  #requestOf(
    { organization, runTask }: FoundRunTask,
    body: ConnectBody,
    by: Actor,
  ): Omit<ConnectRequest, 'originRecords'> {
    if (organization.state === 'suspended')
      throw new ApiError('conflict', 'The organization is suspended: its run tasks answer nobody. Resume it first.');
    refuseOtherOrganization(runTask, body);
    const key = this.#keyOf(runTask, body, by);
    const { name } = runTask;
    const { token, terraformOrganization, scope, stages, enforcement, adopt, dryRun } = body;
    return {
      organizationId: organization.id,
      terraformOrigin: runTask.terraformOrigin,
      terraformOrganization,
      token,
      task: {
        name,
        url: hookUrlOf(runTask, this.options.publicUrl),
        description: descriptionOf({
          organization: organization.slug,
          runTask: name,
          keyFingerprint: key.fingerprint,
        }),
      },
      key,
      scope: scope === 'global' ? { kind: 'global' } : { kind: 'workspaces', names: scope.workspaces },
      stages,
      enforcement,
      adopt,
      dryRun,
    };
  }

  /** The newest active key. A request signed with it shows that Terraform has it. */
  #keyOf(runTask: RunTask, { resendKey }: ConnectBody, by: Actor): ConnectKey {
    const key = runTask.hmacKeys.find(({ state }) => state === 'active');
    if (key === undefined) throw new ApiError('conflict', 'The run task has no active HMAC key. Make one first.');
    return {
      fingerprint: key.fingerprint,
      isKnownThere: key.lastUsedAt !== null && !resendKey,
      open: async () => {
        // A run task that is new is in no memory yet.
        if (runTask.hmacKeys.length > 1) await untilKnown(key);
        const secret = await this.options.connects.openKey(runTask, key.id, by);
        if (secret === null) throw new ApiError('conflict', 'The HMAC key was revoked meanwhile. Try again.');
        return secret;
      },
    };
  }
}

/** An ingress keeps the keys of a run task in memory for two seconds; until then it refuses what a new one signed. */
const KNOWN_AFTER_MS = 2_500;

async function untilKnown({ createdAt }: Pick<HmacKeyInfo, 'createdAt'>): Promise<void> {
  const left = createdAt.getTime() + KNOWN_AFTER_MS - Date.now();
  // The database's clock may not be ours.
  if (left > 0) await sleep(Math.min(left, KNOWN_AFTER_MS));
}

/** Runs of any other Terraform organization than the pinned one would fail. */
function refuseOtherOrganization({ terraformOrganization: pinned }: RunTask, wanted: ConnectBody): void {
  if (pinned === null || pinned === wanted.terraformOrganization) return;
  const remedy = 'Make another run task for this one, or say first that this one belongs to it.';
  throw new ApiError('conflict', `The run task belongs to the Terraform organization ${pinned}. ${remedy}`);
}

const CODES: Readonly<Record<ConnectRefusal, ApiErrorCode>> = {
  refused: 'refused_elsewhere',
  unreachable: 'unreachable_elsewhere',
  throttled: 'too_many',
};

/** What the audit trail remembers: the token as its fingerprint. */
function noteOf({ terraformOrigin, terraformOrganization, token }: ConnectRequest, answer: ConnectAnswer): ConnectNote {
  const changes = answer.kind === 'connected' ? answer.changes : [];
  const count = (...kinds: readonly ConnectChange['change'][]): number =>
    changes.filter(({ change }) => kinds.includes(change)).length;
  return {
    terraformOrigin,
    terraformOrganization,
    tokenFingerprint: createHash('sha256').update(token).digest('hex').slice(0, 8),
    written: count('created', 'changed'),
    failed: count('failed'),
    refusal: answer.kind === 'failed' ? answer.reason : null,
  };
}
