import { Inject, Injectable } from '@nestjs/common';
import type { Organization, RunTask } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';

/** A run task and the organization that it is of. */
export interface FoundRunTask {
  readonly organization: Organization;
  readonly runTask: RunTask;
}

/** Finds the run task that a request speaks of, as far as its sender may know of it. */
@Injectable()
export class RunTasks {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  /** @throws ApiError `not_found` */
  async named(
    request: FastifyRequest,
    { org, name }: { readonly org: string; readonly name: string },
  ): Promise<FoundRunTask> {
    const organization = await this.organizations.named(request, org);
    const runTask = await this.options.runTasks.find(organization.id, name);
    if (runTask === null) throw notFound('run task');
    return { organization, runTask };
  }
}
