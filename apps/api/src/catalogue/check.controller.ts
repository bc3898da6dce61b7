import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type CheckPluginBody, type Page } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { API_OPTIONS, type ApiOptions, type CatalogueEntry } from '../options.js';

/** `/checks`: the catalogue, which fits one page. */
@Controller()
export class CheckController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.listChecks)
  list(@Req() request: FastifyRequest): Page<CheckPluginBody> {
    readInput(routes.listChecks, request);
    return { items: this.options.catalogue().map(presentCheckPlugin), nextCursor: null };
  }
}

function presentCheckPlugin(plugin: CatalogueEntry): CheckPluginBody {
  const { name, version, title, summary, stages, configSchema } = plugin;
  return { name, version, title, summary, stages, configSchema };
}
