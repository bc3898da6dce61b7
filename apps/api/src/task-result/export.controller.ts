import { Readable } from 'node:stream';
import { Controller, Inject, Req, StreamableFile } from '@nestjs/common';
import { NDJSON, routes, type ListedTaskResultBody } from '@rungate/contract';
import { csvLine, type ListedTaskResult, type Scope, type TaskResultFilter } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { AtOnce } from '../edge/at-once.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentListed } from './task-result.presenter.js';

/** Rows of one export. */
const MOST = { organization: 10_000, platform: 100_000 } as const;
/** Rows read from the store at once. */
const BATCH = 200;

/** `/task-results/export`. */
@Controller()
export class ExportController {
  private readonly exports = new AtOnce('exports', { each: 2, all: 8 });

  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.exportTaskResults)
  async export(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const { format, ...filter } = readInput(routes.exportTaskResults, request).query;
    const { scope } = requesterOf(request);
    const key = scope.kind === 'organization' ? scope.organizationId : 'platform';
    const lines = (): AsyncGenerator<string> => this.lines(scope, filter, format);
    const body = await this.exports.hold(key, () => Promise.resolve(Readable.from(lines(), { objectMode: false })));
    return new StreamableFile(body, {
      type: format === 'csv' ? 'text/csv; charset=utf-8' : NDJSON,
      disposition: `attachment; filename="task-results.${format}"`,
    });
  }

  private async *lines(scope: Scope, filter: TaskResultFilter, format: 'csv' | 'ndjson'): AsyncGenerator<string> {
    if (format === 'csv') yield csvLine(COLUMNS.map(([name]) => name));
    for await (const rows of this.pages(scope, filter)) {
      yield rows
        .map(presentListed)
        .map(format === 'csv' ? csvOf : ndjsonOf)
        .join('');
    }
  }

  private async *pages(scope: Scope, filter: TaskResultFilter): AsyncGenerator<readonly ListedTaskResult[]> {
    let left = scope.kind === 'organization' ? MOST.organization : MOST.platform;
    for (let after: string | null = null; left > 0;) {
      const limit = Math.min(BATCH, left);
      const page = { filter, order: 'newest_first', limit, after } as const;
      const { rows, searchedTo } = await this.options.taskResults.list(scope, page);
      yield rows;
      left -= rows.length;
      after = searchedTo ?? rows.at(-1)?.id ?? null;
      if (after === null || (rows.length < limit && searchedTo === null)) return;
    }
  }
}

type Column = readonly [name: string, cellOf: (row: ListedTaskResultBody) => string | number | null];

const COLUMNS: readonly Column[] = [
  ['id', ({ id }) => id],
  ['organization', ({ organization }) => organization],
  ['runTask', ({ runTask }) => runTask],
  ['taskResultId', ({ taskResultId }) => taskResultId],
  ['runId', ({ runId }) => runId],
  ['workspaceName', ({ workspaceName }) => workspaceName],
  ['stage', ({ stage }) => stage],
  ['enforcementLevel', ({ enforcementLevel }) => enforcementLevel],
  ['state', ({ state }) => state],
  ['verdict', ({ verdict }) => verdict],
  ['message', ({ message }) => message],
  ['critical', ({ findings }) => findings.critical ?? 0],
  ['high', ({ findings }) => findings.high ?? 0],
  ['medium', ({ findings }) => findings.medium ?? 0],
  ['low', ({ findings }) => findings.low ?? 0],
  ['receivedAt', ({ receivedAt }) => receivedAt],
  ['startedAt', ({ startedAt }) => startedAt],
  ['decidedAt', ({ decidedAt }) => decidedAt],
  ['deliveredAt', ({ deliveredAt }) => deliveredAt],
  ['reason', ({ reason }) => reason],
];

function csvOf(row: ListedTaskResultBody): string {
  return csvLine(COLUMNS.map(([, cellOf]) => cellOf(row)));
}

function ndjsonOf(row: ListedTaskResultBody): string {
  return `${JSON.stringify(row)}\n`;
}
