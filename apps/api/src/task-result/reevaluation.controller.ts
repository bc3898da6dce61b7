import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type OperationBody, type ReevaluationsBody } from '@rungate/contract';
import type { Reevaluation, TaskResultDetail } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { ApiError, notFound } from '../errors.js';
import { presentOperation } from '../operation/operation.presenter.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentCheckResult } from './task-result.presenter.js';

/** Re-evaluations of one task result that are shown. */
const SHOWN = 20;

/** `/task-results/{id}/re-evaluate` and `/task-results/{id}/re-evaluations`. */
@Controller()
export class ReevaluationController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** An operation of one: workers alone can open what was kept. */
  @Endpoint(routes.reevaluateTaskResult)
  async reevaluate(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { params, body } = readInput(routes.reevaluateTaskResult, request);
    const { scope, actor: by } = requesterOf(request);
    const { taskResults, operations } = this.options;
    const found = await taskResults.find(scope, params.id);
    if (found === null) throw notFound('task result');
    const why = whyNot(found);
    if (why !== null) throw new ApiError('conflict', why);
    const about = { kind: 'reevaluate', filter: { id: params.id }, most: 1, perSecond: 1 } as const;
    const { id } = await operations.plan({ ...about, reason: body.reason, scope, by });
    const started = await operations.start({ scope, id, by });
    if (started === null) throw notFound('operation');
    return presentOperation(started);
  }

  @Endpoint(routes.listReevaluations)
  async list(@Req() request: FastifyRequest): Promise<ReevaluationsBody> {
    const { id } = readInput(routes.listReevaluations, request).params;
    const found = await this.options.reevaluations.list(requesterOf(request).scope, id, SHOWN);
    if (found === null) throw notFound('task result');
    return { items: found.map(presentReevaluation) };
  }
}

/** Null: it can be judged again. */
function whyNot({ verdict, purgedAt, input }: TaskResultDetail): string | null {
  if (purgedAt !== null) return 'Its details are gone, by the retention of its organization.';
  if (verdict === null) return 'There is no verdict yet.';
  if (input.state === 'too_large') return 'Its plan is larger than is kept: 8 MB, compressed.';
  if (input.state === 'none') return 'Its plan is not kept: no check read it, or its inputRetentionDays are over.';
  return null;
}

function presentReevaluation({ at, results, ...shown }: Reevaluation): ReevaluationsBody['items'][number] {
  return { ...shown, at: at.toISOString(), checks: results.map(presentCheckResult) };
}
