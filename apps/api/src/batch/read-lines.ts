import { Readable } from 'node:stream';
import { BATCH, NDJSON } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';

/**
 * The lines of a batch. They are read once their sender is known, and no further than a batch may be long.
 * @throws ApiError `unsupported_media_type`, `not_json`, `too_large`.
 */
export async function readLines({ body, headers }: FastifyRequest): Promise<readonly string[]> {
  const type = headers['content-type'] ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== NDJSON || !(body instanceof Readable)) {
    throw new ApiError('unsupported_media_type', `The body must be sent as ${NDJSON}.`);
  }
  const lines = textOf(await readBytes(body)).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new ApiError('not_json', 'The request has no line.');
  if (lines.length <= BATCH.lines) return lines;
  throw new ApiError(
    'too_large',
    `A batch has at most ${BATCH.lines} lines, and this one ${lines.length}. Send several.`,
  );
}

async function readBytes(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new ApiError('not_json', 'The body is no bytes.');
    size += chunk.length;
    if (size > BATCH.bytes) throw new ApiError('too_large', 'The body is larger than 32 MB. Send several batches.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ApiError('not_json', 'The body is not UTF-8.', [], { cause });
  }
}
