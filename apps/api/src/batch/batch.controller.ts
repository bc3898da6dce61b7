import { Readable } from 'node:stream';
import { Controller, Inject, Req, StreamableFile } from '@nestjs/common';
import { NDJSON, routes } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { AtOnce } from '../edge/at-once.js';
import { Endpoint } from '../edge/endpoint.js';
import { readQuery } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { Batch } from './batch.js';
import { readLines } from './read-lines.js';

/** `/organizations:batch`. */
@Controller()
export class BatchController {
  private readonly batches = new AtOnce('batches', { each: 8, all: 16 });

  constructor(@Inject(Batch) private readonly batch: Batch) {}

  @Endpoint(routes.batchOrganizations)
  async run(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const { dryRun } = readQuery(routes.batchOrganizations, request);
    const answers = await this.batches.hold(requesterKey(request), async () =>
      Readable.from(written(await this.batch.run(requesterOf(request), await readLines(request), dryRun))),
    );
    return new StreamableFile(answers, { type: NDJSON });
  }
}

async function* written(answers: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const answer of answers) yield `${JSON.stringify(answer)}\n`;
}
