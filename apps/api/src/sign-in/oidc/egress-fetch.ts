import { EgressError, parseUrl, type EgressAnswer } from '@rungate/egress';
import type { SignInConnection } from '@rungate/run-task';
import type { CustomFetch } from 'openid-client';
import { grantAt, portsFor, type ConnectionAccess } from '../connection-access.js';

/** One request to a provider: from the call to the last byte, and its answer. */
const LIMITS = { totalMs: 10_000, idleMs: 10_000, bodyBytes: 1_048_576 } as const;
/** Whom the platform's own connections are opened for. */
const PLATFORM = 'platform';
/** Headers of an answer that the protocol reads. */
const READ = ['content-type', 'www-authenticate', 'dpop-nonce'];

/** `fetch` for one connection: over egress, with its rules about addresses, without redirects. */
export function egressFetch(connection: SignInConnection, access: ConnectionAccess): CustomFetch {
  const { egress } = access;
  return async (address, { method, headers, body, signal }) => {
    const ports = await portsFor(connection, access);
    const parsed = parseUrl(address, { development: egress.development, ports });
    if (!parsed.ok) throw new EgressError('forbidden', `an address of the provider ${parsed.reason}`);
    if (method !== 'GET' && method !== 'POST') throw new EgressError('forbidden', `${method} is not for a provider`);
    const grant = await grantAt(parsed.url.origin, connection, access);
    const answer = await egress.request({
      organizationId: connection.organization?.id ?? PLATFORM,
      purpose: { kind: 'sign-in', origins: [grant] },
      method,
      url: parsed.url,
      headers,
      ...(body === undefined || body === null ? {} : { body: textOf(body) }),
      limits: LIMITS,
      signal: signal ?? AbortSignal.timeout(LIMITS.totalMs),
    });
    return toResponse(answer);
  };
}

async function toResponse(answer: EgressAnswer): Promise<Response> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const headers = READ.flatMap((name): [string, string][] => {
    const value = answer.header(name);
    return value === null ? [] : [[name, value]];
  });
  const content = chunks.length === 0 ? null : Buffer.concat(chunks);
  return new Response(content, { status: answer.status, headers });
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new EgressError('forbidden', 'a provider is sent forms alone');
}
