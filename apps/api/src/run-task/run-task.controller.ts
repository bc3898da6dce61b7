import { randomBytes } from 'node:crypto';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import { HMAC_KEY_RULE, routes, type Page, type RunTaskBody, type RunTaskPut } from '@rungate/contract';
import { LIMITS, type Organization } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { expectedRevision, sendRevision, stale } from '../edge/revision.js';
import { ApiError, invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { desiredSettings } from './desired-settings.js';
import { handOver } from './hand-over.js';
import { presentImaginedRunTask, presentRunTask, presentRunTaskPut, type Surroundings } from './run-task.presenter.js';

/** How long a key that a PUT replaces still counts, hours. */
const OVERLAP_HOURS = 72;

/** `/organizations/{org}/run-tasks`. */
@Controller()
export class RunTaskController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  @Endpoint(routes.listRunTasks)
  async list(@Req() request: FastifyRequest): Promise<Page<RunTaskBody>> {
    const { params, query } = readInput(routes.listRunTasks, request);
    const organization = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listRunTasks.path, organization.id];
    const slice = this.cursors.slice(scope, query);
    const rows = await this.options.runTasks.list(organization.id, slice.limit, slice.after);
    return this.cursors.page(scope, slice, rows, {
      keyOf: ({ name }) => name,
      present: (runTask) => presentRunTask(runTask, this.around(organization)),
    });
  }

  @Endpoint(routes.getRunTask)
  async get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RunTaskBody> {
    const { params } = readInput(routes.getRunTask, request);
    const organization = await this.organizations.named(request, params.org);
    const runTask = await this.options.runTasks.find(organization.id, params.name);
    if (runTask === null) throw notFound('run task');
    sendRevision(reply, runTask);
    return presentRunTask(runTask, this.around(organization));
  }

  @Endpoint(routes.putRunTask)
  async put(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RunTaskPut> {
    const { params, query, body } = readInput(routes.putRunTask, request);
    const organization = await this.organizations.named(request, params.org);
    const secret = body.hmacKey ?? (this.options.newHmacKey ?? newHmacKey)();
    const handedOver = await handOver(secret, body.deliver);
    const answer = await this.options.runTasks.put({
      organizationId: organization.id,
      name: params.name,
      settings: desiredSettings(body, this.options),
      hmacKey: { secret, given: body.hmacKey !== undefined },
      overlapHours: OVERLAP_HOURS,
      expected: expectedRevision(request),
      by: requesterOf(request).actor,
      reason: query.reason ?? null,
      dryRun: query.dryRun,
    });
    if (answer.rejected !== undefined) throw refusal(answer.rejected);
    sendRevision(reply, answer.stored);
    if (answer.kind !== 'created') return presentRunTaskPut(answer, this.around(organization));
    if (query.dryRun) return presentImaginedRunTask(answer, this.around(organization));
    void reply.status(201);
    return { ...presentRunTaskPut(answer, this.around(organization)), ...handedOver };
  }

  private around({ slug }: Organization): Surroundings {
    return { organizationSlug: slug, publicUrl: this.options.publicUrl };
  }
}

function refusal(why: 'key_in_use' | 'over_limit' | 'stale'): ApiError {
  if (why === 'stale') return stale('run task');
  if (why === 'key_in_use') return invalid([{ pointer: '/hmacKey', detail: HMAC_KEY_RULE }]);
  return new ApiError('too_many', `An organization may have ${LIMITS.runTasks} run tasks, and this one has them.`);
}

/** 256 random bits, in letters that no shell or configuration file minds. */
function newHmacKey(): string {
  return randomBytes(32).toString('hex');
}
