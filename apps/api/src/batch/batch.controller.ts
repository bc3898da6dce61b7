import { Readable } from 'node:stream';
import { Controller, Inject, Req, StreamableFile } from '@nestjs/common';
import { NDJSON, routes } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readQuery } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { Batch } from './batch.js';
import { readLines } from './read-lines.js';

/** `/organizations:batch`. */
@Controller()
export class BatchController {
  constructor(@Inject(Batch) private readonly batch: Batch) {}

  @Endpoint(routes.batchOrganizations)
  async run(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const { dryRun } = readQuery(routes.batchOrganizations, request);
    const answers = await this.batch.run(requesterOf(request), await readLines(request), dryRun);
    return new StreamableFile(Readable.from(written(answers)), { type: NDJSON });
  }
}

async function* written(answers: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const answer of answers) yield `${JSON.stringify(answer)}\n`;
}
