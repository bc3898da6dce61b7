import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { customFetch, type Configuration } from 'openid-client';
import { z } from 'zod';
import { SignInError } from '../errors.js';
import { SIGNING_ALGORITHMS } from './providers.js';

/** What a provider ends. */
export interface ProviderLogout {
  readonly subject: string | null;
  readonly session: string | null;
  /** Id of the token: it counts once. */
  readonly id: string;
  readonly until: Date;
}

/** How old a logout token may be, seconds. */
const MAX_AGE = 300;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Reads a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). @throws SignInError or what jose throws */
export async function readLogoutToken(token: string, configuration: Configuration): Promise<ProviderLogout> {
  const { issuer, jwks_uri: jwksUri } = configuration.serverMetadata();
  if (jwksUri === undefined) throw new SignInError('misconfigured', 'The provider publishes no keys.');
  refuseObvious(token, issuer);
  const { payload } = await jwtVerify(token, createLocalJWKSet(await keysAt(jwksUri, configuration)), {
    issuer,
    audience: configuration.clientMetadata().client_id,
    algorithms: [...SIGNING_ALGORITHMS],
    maxTokenAge: MAX_AGE,
    clockTolerance: 30,
  });
  const parsed = CLAIMS.safeParse(payload);
  if (!parsed.success || 'nonce' in payload) throw new SignInError('untrusted', 'That is no logout token.');
  const { sub, sid, jti, iat } = parsed.data;
  if (sub === undefined && sid === undefined) throw new SignInError('untrusted', 'The logout token names nobody.');
  const until = new Date((iat + 2 * MAX_AGE) * 1_000);
  return { subject: sub ?? null, session: sid ?? null, id: jti, until };
}

/** What no key could make good: the provider is not asked for its keys by everybody who sends something. */
function refuseObvious(token: string, issuer: string): void {
  const { alg } = decodeProtectedHeader(token);
  const { iss, iat } = decodeJwt(token);
  const isSigned = SIGNING_ALGORITHMS.some((known) => known === alg);
  const isRecent = iat !== undefined && Math.abs(Date.now() / 1_000 - iat) < 2 * MAX_AGE;
  if (!isSigned || iss !== issuer || !isRecent) throw new SignInError('untrusted', 'That is no logout token of now.');
}

const CLAIMS = z.looseObject({
  sub: z.string().optional(),
  sid: z.string().optional(),
  jti: z.string().min(1),
  iat: z.number(),
  events: z.looseObject({ [EVENT]: z.looseObject({}) }),
});

async function keysAt(address: string, configuration: Configuration): Promise<JSONWebKeySet> {
  const fetchOverEgress = configuration[customFetch];
  if (fetchOverEgress === undefined) throw new SignInError('misconfigured', 'The provider cannot be reached.');
  const response = await fetchOverEgress(address, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });
  const parsed = KEYS.safeParse(await response.json());
  if (parsed.success) return parsed.data;
  throw new SignInError('untrusted', 'The provider publishes no list of keys.');
}

const KEYS = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });
