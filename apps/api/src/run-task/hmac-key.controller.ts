import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type CreatedHmacKey, type Page, type RefusalBody } from '@rungate/contract';
import type { RecordedRefusal, RefusalPage } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { handOver } from './hand-over.js';
import { newHmacKey, refusedKey } from './hmac-keys.js';
import { presentHmacKey } from './run-task.presenter.js';
import { RunTasks } from './run-tasks.js';

/** `…/run-tasks/{name}/hmac-keys`, and what was refused for want of the right one. */
@Controller()
export class HmacKeyController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(RunTasks) private readonly runTasks: RunTasks,
  ) {}

  @Endpoint(routes.createHmacKey)
  async create(@Req() request: FastifyRequest): Promise<CreatedHmacKey> {
    const { params, body } = readInput(routes.createHmacKey, request);
    const { organization, runTask } = await this.runTasks.named(request, params);
    const secret = body.hmacKey ?? (this.options.newHmacKey ?? newHmacKey)();
    const handedOver = await handOver(secret, body.deliver);
    const answer = await this.options.runTasks.rotateHmacKey({
      organizationId: organization.id,
      runTaskId: runTask.id,
      secret,
      overlapHours: body.overlapHours,
      by: requesterOf(request).actor,
    });
    if (answer.rejected !== undefined) throw refusedKey(answer.rejected);
    const { id, fingerprint } = answer.key;
    return { id, ...handedOver, hmacKeyFingerprint: fingerprint, retiring: answer.retiring.map(presentHmacKey) };
  }

  @Endpoint(routes.revokeHmacKey)
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.revokeHmacKey, request);
    const { organization, runTask } = await this.runTasks.named(request, params);
    const { actor: by } = requesterOf(request);
    const key = { organizationId: organization.id, runTaskId: runTask.id, id: params.id, by };
    if ((await this.options.runTasks.revokeHmacKey(key)) === null) throw notFound('HMAC key');
  }

  @Endpoint(routes.listRefusals)
  async listRefusals(@Req() request: FastifyRequest): Promise<Page<RefusalBody>> {
    const { params, query } = readInput(routes.listRefusals, request);
    const { organization, runTask } = await this.runTasks.named(request, params);
    const scope = [requesterKey(request), routes.listRefusals.path, runTask.id];
    const of = { organizationId: organization.id, runTaskId: runTask.id };
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.runTasks.listRefusals({ ...of, limit: slice.limit, after: placeOf(slice) }),
      keyOf,
      present: presentRefusal,
    });
  }
}

function keyOf({ minute, reason }: RecordedRefusal): string {
  return `${minute.toISOString()} ${reason}`;
}

/** A cursor is authenticated: what it holds is what `keyOf` wrote. */
function placeOf({ after }: { readonly after: string | null }): RefusalPage['after'] {
  const [minute = '', reason = ''] = after?.split(' ') ?? [];
  return after === null ? null : { minute: new Date(minute), reason };
}

function presentRefusal({ reason, cause, minute, count, detail }: RecordedRefusal): RefusalBody {
  return { reason, cause, minute: minute.toISOString(), count, detail };
}
