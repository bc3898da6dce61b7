import { Inject, Injectable } from '@nestjs/common';
import type { Organization } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { requesterOf } from '../edge/requester.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** Finds the organization that a request speaks of, as far as its sender may know of it. */
@Injectable()
export class Organizations {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `not_found`, the same for one that does not exist and for one of others. */
  async named(request: FastifyRequest, slug: string): Promise<Organization> {
    const organization = await this.options.organizations.find(requesterOf(request).scope, slug);
    if (organization === null) throw notFound('organization');
    return organization;
  }
}
