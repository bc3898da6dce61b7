import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type InterventionBody } from '@rungate/contract';
import type { InterventionAnswer, InterventionRefusal } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { ApiError, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** `/task-results/{id}/extend` and `/task-results/{id}/finish`. */
@Controller()
export class InterventionController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.extendTaskResult)
  async extend(@Req() request: FastifyRequest): Promise<InterventionBody> {
    const { params, body } = readInput(routes.extendTaskResult, request);
    const { scope, actor: by } = requesterOf(request);
    return accepted(await this.options.interventions.extend({ scope, by, id: params.id, reason: body.reason }));
  }

  @Endpoint(routes.finishTaskResult)
  async finish(@Req() request: FastifyRequest): Promise<InterventionBody> {
    const { params, body } = readInput(routes.finishTaskResult, request);
    const { scope, actor: by } = requesterOf(request);
    return accepted(await this.options.interventions.finish({ scope, by, id: params.id, reason: body.reason }));
  }
}

function accepted(answer: InterventionAnswer | null): InterventionBody {
  if (answer === null) throw notFound('task result');
  if (answer.kind === 'refused') throw new ApiError('conflict', REFUSALS[answer.why]);
  return { accepted: true };
}

const REFUSALS: Readonly<Record<InterventionRefusal, string>> = {
  decided: 'There is a verdict already.',
  not_started: 'No worker has it now: there is no progress to tell. Finish it, or wait for its turn.',
  fixed_deadline: 'Its Terraform moves no deadline, whatever is sent (deadlineProfile fixed).',
};
