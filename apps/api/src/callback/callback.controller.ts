import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type CallbackGroupsBody } from '@rungate/contract';
import { explainRefusal, groupCallbacks, type CallbackGroup } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** Groups, and organizations of one, that are shown. */
const SHOWN = { groups: 200, organizations: 20 };

/** `/callbacks`. */
@Controller()
export class CallbackController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.listCallbacks)
  async list(@Req() request: FastifyRequest): Promise<CallbackGroupsBody> {
    const filter = readInput(routes.listCallbacks, request).query;
    const { rows, isCut } = await this.options.callbacks.failing(requesterOf(request).scope, filter);
    const groups = groupCallbacks(rows);
    return {
      items: groups.slice(0, SHOWN.groups).map(presentGroup),
      isCut: isCut || groups.length > SHOWN.groups,
    };
  }
}

function presentGroup(group: CallbackGroup): CallbackGroupsBody['items'][number] {
  const { cause, origin, refusal, status, failing, givenUp, canStillArrive, organizations, firstAt, latest } = group;
  const { taskResultId, organization, workspaceName } = latest;
  const { happened, remedy } = explainRefusal(refusal);
  return {
    cause,
    origin,
    refusal,
    status,
    error: latest.error,
    happened: `${happened}.`,
    remedy,
    counts: { failing, givenUp, canStillArrive },
    organizations: organizations.slice(0, SHOWN.organizations),
    organizationCount: organizations.length,
    firstAt: firstAt.toISOString(),
    lastAt: latest.at.toISOString(),
    latest: { taskResultId, organization, workspaceName },
  };
}
