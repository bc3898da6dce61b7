import { Controller, Inject, Req } from '@nestjs/common';
import {
  routes,
  type ListedTaskResultBody,
  type Page,
  type PlanChangesBody,
  type ResentBody,
  type ShownVerdictBody,
  type TaskResultDetailBody,
  type TaskResultFacetsBody,
  type WorkspaceHistoryBody,
} from '@rungate/contract';
import type { ResendRefusal } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { ApiError, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentShownVerdict } from './run-page.presenter.js';
import { presentListed, presentTaskResultDetail } from './task-result.presenter.js';

/** Task results of a workspace that its history shows. */
const HISTORY = 30;

/** `/task-results`. */
@Controller()
export class TaskResultController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Endpoint(routes.listTaskResults)
  async list(@Req() request: FastifyRequest): Promise<Page<ListedTaskResultBody>> {
    const { limit, cursor, sort, ...filter } = readInput(routes.listTaskResults, request).query;
    const scope = [requesterKey(request), routes.listTaskResults.path, filter, sort];
    const slice = this.cursors.slice(scope, { limit, cursor });
    const order = sort === 'newest' ? 'newest_first' : 'oldest_first';
    const found = await this.options.taskResults.list(requesterOf(request).scope, { filter, order, ...slice });
    const page = this.cursors.page(scope, slice, found.rows, { keyOf: ({ id }) => id, present: presentListed });
    // A search that has not come to the end goes on, though this part of it had few.
    return found.searchedTo === null ? page : { ...page, nextCursor: this.cursors.seal(scope, found.searchedTo) };
  }

  @Endpoint(routes.countTaskResults)
  count(@Req() request: FastifyRequest): Promise<TaskResultFacetsBody> {
    const filter = readInput(routes.countTaskResults, request).query;
    return this.options.taskResults.facets(requesterOf(request).scope, filter);
  }

  @Endpoint(routes.getTaskResult)
  async get(@Req() request: FastifyRequest): Promise<TaskResultDetailBody> {
    const { id } = readInput(routes.getTaskResult, request).params;
    const taskResult = await this.options.taskResults.find(requesterOf(request).scope, id);
    if (taskResult === null) throw notFound('task result');
    return presentTaskResultDetail(taskResult, requesterOf(request).principal);
  }

  @Endpoint(routes.showVerdict)
  async shown(@Req() request: FastifyRequest): Promise<ShownVerdictBody> {
    const { id } = readInput(routes.showVerdict, request).params;
    const told = await this.options.taskResults.told(requesterOf(request).scope, id);
    const shown = told === null ? null : presentShownVerdict(told);
    if (shown === null) throw notFound('verdict of this task result');
    return shown;
  }

  @Endpoint(routes.getWorkspaceHistory)
  async history(@Req() request: FastifyRequest): Promise<WorkspaceHistoryBody> {
    const { id } = readInput(routes.getWorkspaceHistory, request).params;
    const past = await this.options.taskResults.history(requesterOf(request).scope, id, HISTORY);
    if (past === null) throw notFound('task result');
    return { items: past.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() })) };
  }

  @Endpoint(routes.getPlanChanges)
  async planChanges(@Req() request: FastifyRequest): Promise<PlanChangesBody> {
    const { id } = readInput(routes.getPlanChanges, request).params;
    const changes = await this.options.taskResults.planChanges(requesterOf(request).scope, id);
    if (changes === null) throw notFound('task result');
    return changes === 'none' ? NO_CHANGES : { state: 'kept', ...changes };
  }

  @Endpoint(routes.resendTaskResult)
  async resend(@Req() request: FastifyRequest): Promise<ResentBody> {
    const { id } = readInput(routes.resendTaskResult, request).params;
    const { scope, actor } = requesterOf(request);
    const answer = await this.options.resends.resend({ scope, id, by: actor });
    if (answer === null) throw notFound('task result');
    if (answer.kind === 'refused') throw new ApiError('conflict', REFUSALS[answer.why]);
    return { changed: answer.changed, deadline: answer.deadline.toISOString() };
  }
}

const NO_CHANGES: PlanChangesBody = {
  state: 'none',
  counts: { create: 0, update: 0, replace: 0, delete: 0, forget: 0, import: 0 },
  items: [],
  references: [],
  isCut: false,
};

const REFUSALS: Readonly<Record<ResendRefusal, string>> = {
  undecided: 'There is no verdict yet: it is sent by itself as soon as there is one.',
  delivered: 'Terraform has the verdict, or is presumed to, and takes only one: start a new run for another.',
  too_late: 'The deadline has passed: Terraform no longer listens, and the access token is erased. Start a new run.',
};
