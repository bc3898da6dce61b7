import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type Page, type PlatformQuarantineBody, type QuarantineBody } from '@rungate/contract';
import type { ShownQuarantine } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';

/** `/organizations/{org}/quarantines`. */
@Controller()
export class QuarantineController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  @Endpoint(routes.listQuarantines)
  async list(@Req() request: FastifyRequest): Promise<Page<QuarantineBody>> {
    const { params, query } = readInput(routes.listQuarantines, request);
    const { id } = await this.organizations.named(request, params.org);
    const scope = [requesterKey(request), routes.listQuarantines.path, id];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.quarantines.list(id, slice.limit, slice.after),
      keyOf: (quarantine) => quarantine.id,
      present: presentOfCheck,
    });
  }

  @Endpoint(routes.liftQuarantine)
  async lift(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.liftQuarantine, request);
    const { id } = await this.organizations.named(request, params.org);
    const lifted = await this.options.quarantines.lift(id, params.id, requesterOf(request).actor);
    if (!lifted) throw notFound('quarantine');
  }
}

/** `/quarantines`. */
@Controller()
export class PlatformQuarantineController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Endpoint(routes.listPlatformQuarantines)
  list(@Req() request: FastifyRequest): Promise<Page<PlatformQuarantineBody>> {
    const { query } = readInput(routes.listPlatformQuarantines, request);
    const scope = [requesterKey(request), routes.listPlatformQuarantines.path];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.quarantines.list(null, slice.limit, slice.after),
      keyOf: (quarantine) => quarantine.id,
      present: presentOfPlugin,
    });
  }

  @Endpoint(routes.liftPlatformQuarantine)
  async lift(@Req() request: FastifyRequest): Promise<void> {
    const { params } = readInput(routes.liftPlatformQuarantine, request);
    const lifted = await this.options.quarantines.lift(null, params.id, requesterOf(request).actor);
    if (!lifted) throw notFound('quarantine');
  }
}

function presentOfCheck(quarantine: ShownQuarantine): QuarantineBody {
  const { place, runTask, failure, count } = quarantine;
  return { ...presentPlugin(quarantine), runTask, check: place?.check ?? '', failure, deaths: count };
}

function presentOfPlugin(quarantine: ShownQuarantine): PlatformQuarantineBody {
  return { ...presentPlugin(quarantine), organizations: quarantine.count };
}

function presentPlugin({ id, use, pluginVersion, since, until }: ShownQuarantine) {
  return { id, use, pluginVersion, since: since.toISOString(), until: until.toISOString() };
}
