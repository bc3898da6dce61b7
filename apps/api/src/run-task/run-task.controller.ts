import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type Page, type RunTaskBody, type RunTaskPut } from '@rungate/contract';
import type { Organization } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { expectedRevision, sendRevision } from '../edge/revision.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { PutRunTask } from './put-run-task.js';
import { presentRunTask, type Surroundings } from './run-task.presenter.js';
import { RunTasks } from './run-tasks.js';

/** `/organizations/{org}/run-tasks`. */
@Controller()
export class RunTaskController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
    @Inject(PutRunTask) private readonly putRunTask: PutRunTask,
    @Inject(RunTasks) private readonly runTasks: RunTasks,
  ) {}

  @Endpoint(routes.listRunTasks)
  async list(@Req() request: FastifyRequest): Promise<Page<RunTaskBody>> {
    const { params, query } = readInput(routes.listRunTasks, request);
    const organization = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listRunTasks.path, organization.id];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.runTasks.list(organization.id, slice.limit, slice.after),
      keyOf: ({ name }) => name,
      present: (runTask) => presentRunTask(runTask, this.around(organization)),
    });
  }

  @Endpoint(routes.getRunTask)
  async get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RunTaskBody> {
    const { params } = readInput(routes.getRunTask, request);
    const { organization, runTask } = await this.runTasks.named(request, params);
    sendRevision(reply, runTask);
    return presentRunTask(runTask, this.around(organization));
  }

  @Endpoint(routes.putRunTask)
  async put(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RunTaskPut> {
    const { params, query, body, given } = readInput(routes.putRunTask, request);
    const organization = await this.organizations.named(request, params.org);
    const expected = expectedRevision(request);
    const { dryRun, reason = null } = query;
    const wanted = { organization, name: params.name, body, given, expected, reason, dryRun };
    const answer = await this.putRunTask.put(requesterOf(request), wanted);
    sendRevision(reply, answer);
    if (answer.body.change === 'created' && !dryRun) void reply.status(201);
    return answer.body;
  }

  @Endpoint(routes.pinRunTask)
  async pin(@Req() request: FastifyRequest): Promise<RunTaskBody> {
    const { params, body } = readInput(routes.pinRunTask, request);
    const organization = await this.organizations.named(request, params.org);
    const wanted = { organizationId: organization.id, name: params.name, ...body, by: requesterOf(request).actor };
    const runTask = await this.options.runTasks.pin(wanted);
    if (runTask === null) throw notFound('run task');
    return presentRunTask(runTask, this.around(organization));
  }

  private around({ slug }: Organization): Surroundings {
    const { publicUrl, openOrigins } = this.options;
    return { organizationSlug: slug, publicUrl, openOrigins };
  }
}
