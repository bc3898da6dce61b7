import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { EgressError } from './errors.js';
import { toEgressError } from './failure.js';

/** Servers may encode although we ask for `identity`; what we do not know is an error of the stream. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** The body as it was before its content encoding. */
export function decoded(body: Readable, encoding: string | null, host: string): Readable {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  const decoder = DECODERS.get(name)?.();
  if (decoder === undefined) {
    const failure = new EgressError('bad_answer', `${host} answered in an encoding that was not asked for`, {
      sent: true,
    });
    return body.destroy(failure);
  }
  decoder.on('error', () => undefined);
  return pipeline(body, decoder, () => undefined);
}

/** Passes the body on until it is longer than allowed; leaving the loop ends the connection. */
export async function* limited(
  source: Readable,
  { bytes, host }: { readonly bytes: number; readonly host: string },
): AsyncGenerator<Uint8Array, void> {
  const chunks: AsyncIterable<Uint8Array> = source;
  let seen = 0;
  try {
    for await (const chunk of chunks) {
      seen += chunk.byteLength;
      if (seen > bytes) throw new EgressError('too_large', `${host} answered more than ${bytes} bytes`, { sent: true });
      yield chunk;
    }
  } catch (error) {
    throw toEgressError(error, { host, sent: true });
  }
}
