import { Readable } from 'node:stream';
import { Controller, Header, Inject, Req, StreamableFile } from '@nestjs/common';
import { routes, type AuditEventBody, type AuditExportQuery, type Page } from '@rungate/contract';
import type { AuditFilter } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { AtOnce } from '../edge/at-once.js';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey } from '../edge/requester.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Organizations } from '../organization/organizations.js';
import { presentAuditEvent } from './audit.presenter.js';

const NDJSON = 'application/x-ndjson';

/** `/organizations/{org}/audit-events`. */
@Controller()
export class AuditController {
  private readonly exports = new AtOnce('exports', { each: 2, all: 8 });

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  @Endpoint(routes.listAuditEvents)
  async list(@Req() request: FastifyRequest): Promise<Page<AuditEventBody>> {
    const { params, query } = readInput(routes.listAuditEvents, request);
    const { id } = await this.organizations.named(request, params.org);
    return this.page(request, { organizationId: id, ...filterOf(query) }, query);
  }

  @Endpoint(routes.exportAuditEvents)
  @Header('Content-Type', NDJSON)
  async export(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const { params, query } = readInput(routes.exportAuditEvents, request);
    const { id } = await this.organizations.named(request, params.org);
    return this.linesOf({ organizationId: id, ...query });
  }

  @Endpoint(routes.listPlatformAuditEvents)
  listAll(@Req() request: FastifyRequest): Promise<Page<AuditEventBody>> {
    const { query } = readInput(routes.listPlatformAuditEvents, request);
    return this.page(request, { organizationId: null, ...filterOf(query) }, query);
  }

  @Endpoint(routes.exportPlatformAuditEvents)
  @Header('Content-Type', NDJSON)
  exportAll(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const { query } = readInput(routes.exportPlatformAuditEvents, request);
    return this.linesOf({ organizationId: null, ...query });
  }

  private async linesOf(filter: AuditFilter): Promise<StreamableFile> {
    const begin = (): Promise<Readable> => Promise.resolve(exported(this.options, filter));
    return new StreamableFile(await this.exports.hold(filter.organizationId ?? 'platform', begin), { type: NDJSON });
  }

  private async page(request: FastifyRequest, filter: AuditFilter, query: PagedQuery): Promise<Page<AuditEventBody>> {
    const scope = [requesterKey(request), routes.listAuditEvents.path, filter];
    return this.cursors.list(scope, query, {
      rows: (slice) => this.options.audit.list({ filter, order: 'newest_first', ...slice }),
      keyOf: ({ id }) => id,
      present: presentAuditEvent,
    });
  }
}

interface PagedQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

function filterOf({ since, until, actor, action }: AuditExportQuery): Omit<AuditFilter, 'organizationId'> {
  return { since, until, actor, action };
}

/** Events read from the store at once. */
const BATCH = 200;

/** Sent as they are read, so that a trail of any length fits. */
function exported({ audit }: ApiOptions, filter: AuditFilter): Readable {
  async function* lines(): AsyncGenerator<string> {
    for (let after: string | null = null; ;) {
      const events = await audit.list({ filter, order: 'oldest_first', limit: BATCH, after });
      yield events.map((event) => `${JSON.stringify(presentAuditEvent(event))}\n`).join('');
      after = events.at(-1)?.id ?? null;
      if (events.length < BATCH || after === null) return;
    }
  }
  return Readable.from(lines(), { objectMode: false });
}
