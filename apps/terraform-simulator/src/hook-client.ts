import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SimulatorError } from './errors.js';
import { sign, SIGNATURE_HEADER } from './signature.js';

/** As documented for HCP Terraform, and in the TFE pages too. */
const USER_AGENT = 'TFC/1.0 (+https://app.terraform.io; TFC)';
/** How long the simulator waits for a hook; what HCP Terraform does is not published. */
const TIMEOUT_MS = 10_000;

/** One signed POST. */
export interface HookRequest {
  readonly hookUrl: string;
  readonly hmacKey: string | null;
  readonly body: Uint8Array;
  readonly stopped: AbortSignal;
}

/** What the hook answered; `status` is null when it did not. */
export interface HookAnswer {
  readonly status: number | null;
  readonly error: string | null;
}

/** Posts a signed body to a hook; never throws for what the hook does. The connection is new each time. */
export async function postToHook({ hookUrl, hmacKey, body, stopped }: HookRequest): Promise<HookAnswer> {
  const url = loopbackUrl(hookUrl);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
    [SIGNATURE_HEADER]: sign(body, hmacKey),
    'Content-Length': body.byteLength,
  };
  return await new Promise((resolve) => {
    const request = send(url, { method: 'POST', headers, signal, agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve({ status: response.statusCode ?? null, error: null });
      });
      response.on('error', (error) => {
        resolve({ status: null, error: error.message });
      });
    });
    request.on('error', (error) => {
      resolve({ status: null, error: error.message });
    });
    request.end(body);
  });
}

/**
 * A hook's URL, refused when it is not on this machine: what signs must not be turned on others.
 * @throws SimulatorError `not_loopback`
 */
export function loopbackUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || !isLoopback(url.hostname)) {
    throw new SimulatorError('not_loopback', `The simulator posts only to this machine, not to ${address}.`);
  }
  return url;
}

/** Whether a host name or address is this machine's own. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
