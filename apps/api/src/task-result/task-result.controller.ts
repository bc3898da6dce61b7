import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type Page, type TaskResultBody, type TaskResultDetailBody } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentTaskResult, presentTaskResultDetail } from './task-result.presenter.js';

/** `/task-results`. */
@Controller()
export class TaskResultController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Endpoint(routes.listTaskResults)
  async list(@Req() request: FastifyRequest): Promise<Page<TaskResultBody>> {
    const { limit, cursor, ...filter } = readInput(routes.listTaskResults, request).query;
    const scope = [requesterKey(request), routes.listTaskResults.path, filter];
    const slice = this.cursors.slice(scope, { limit, cursor });
    const rows = await this.options.taskResults.list(requesterOf(request).scope, { filter, ...slice });
    return this.cursors.page(scope, slice, rows, { keyOf: ({ id }) => id, present: presentTaskResult });
  }

  @Endpoint(routes.getTaskResult)
  async get(@Req() request: FastifyRequest): Promise<TaskResultDetailBody> {
    const { id } = readInput(routes.getTaskResult, request).params;
    const taskResult = await this.options.taskResults.find(requesterOf(request).scope, id);
    if (taskResult === null) throw notFound('task result');
    return presentTaskResultDetail(taskResult, requesterOf(request).principal);
  }
}
