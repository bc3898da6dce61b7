import type { IncomingMessage } from 'node:http';

/** Reads a request's body; null when it is larger than the limit (the rest is thrown away). */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.byteLength;
    if (size <= limitBytes) chunks.push(chunk);
  }
  return size > limitBytes ? null : Buffer.concat(chunks);
}

/** What bytes hold: a JSON value, or text that is none. */
export type ParsedBody =
  { readonly isJson: true; readonly value: unknown } | { readonly isJson: false; readonly text: string };

/** Parses JSON in strict UTF-8; never throws. */
export function parseBody(rawBody: Uint8Array): ParsedBody {
  try {
    return { isJson: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) };
  } catch {
    return { isJson: false, text: Buffer.from(rawBody).toString('latin1') };
  }
}
