import { createHmac } from 'node:crypto';
import { request, type OutgoingHttpHeaders } from 'node:http';
import type { Hook } from './simulator-process.js';
import { until } from './until.js';

const TAKEN_WITHIN_MS = 30_000;

/** An answer of the webhook. */
export interface HookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request to the webhook, byte for byte. */
export interface HookPost {
  readonly url: string;
  readonly body: Uint8Array;
  readonly headers: OutgoingHttpHeaders;
}

/** `X-TFC-Task-Signature` of a body: hex HMAC-SHA512 over its bytes. */
export function signatureOf(body: string | Uint8Array, hmacKey: string): string {
  return createHmac('sha512', hmacKey).update(body).digest('hex');
}

/** Posts a signed body until it is answered anything but 503: a caller comes again, and a busy machine may need it. */
export async function sendSigned(
  hook: Hook,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders = {},
): Promise<HookAnswer> {
  return until('the hook to answer anything but 503', TAKEN_WITHIN_MS, async () => {
    const answer = await postSigned(hook, body, headers);
    return answer.status === 503 ? null : answer;
  });
}

/** Posts a signed body once, as it is. */
export async function postSigned(
  { hookUrl, hmacKey }: Hook,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders = {},
): Promise<HookAnswer> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const signature = signatureOf(bytes, hmacKey);
  return post({
    url: hookUrl,
    body: bytes,
    headers: { 'content-type': 'application/json', 'x-tfc-task-signature': signature, ...headers },
  });
}

/** Posts bytes: with their length, or in chunks when `Transfer-Encoding` says so. */
export async function post({ url, body, headers }: HookPost): Promise<HookAnswer> {
  const isChunked = headers['transfer-encoding'] !== undefined;
  const sent = isChunked ? headers : { 'content-length': body.byteLength, ...headers };
  return new Promise((resolve, reject) => {
    const posting = request(url, { method: 'POST', headers: sent, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    posting.on('error', reject);
    posting.end(body);
  });
}
