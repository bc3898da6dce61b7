import { mergedClaims } from '@rungate/access';
import * as client from 'openid-client';
import { Strategy } from 'openid-client/passport';
import { SignInError } from '../errors.js';

/** What a provider vouches for. */
export interface OidcProof {
  /** Of the ID token, with what the userinfo adds to it. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly idToken: string;
}

/** What an authorization request asks for besides the usual. */
export interface OidcOptions {
  /** The person must show the provider anew who he is. */
  readonly isStepUp?: boolean;
  readonly hint?: string | undefined;
}

/** A proof that is asked for anew is at most so old, seconds. */
const STEP_UP_AGE = 600;

/** Where to come back to, and what to ask for. */
interface OidcStrategyOptions {
  readonly callbackURL: string;
  readonly scopes: readonly string[];
  readonly asks: OidcOptions;
}

/** openid-client's strategy with what it leaves out where a provider has PKCE: state and nonce, always. */
export class OidcStrategy extends Strategy {
  private readonly asks: OidcOptions;

  constructor(config: client.Configuration, { callbackURL, scopes, asks }: OidcStrategyOptions) {
    super({ config, callbackURL, scope: scopes.join(' '), sessionKey: 'oidc' }, (tokens, verified: Verified) => {
      proofOf(config, tokens).then(
        (proof) => {
          verified(null, proof);
        },
        (error: unknown) => {
          verified(error);
        },
      );
    });
    this.asks = asks;
  }

  override authorizationRequestParams(): URLSearchParams {
    const { isStepUp, hint } = this.asks;
    return new URLSearchParams({
      state: client.randomState(),
      nonce: client.randomNonce(),
      ...(isStepUp === true ? { prompt: 'login', max_age: String(STEP_UP_AGE) } : {}),
      ...(hint === undefined ? {} : { login_hint: hint }),
    });
  }

  /** Whoever comes back without an answer does not begin anew. */
  override shouldInitiateAuthRequest(_request: unknown, { pathname }: URL): boolean {
    return !pathname.endsWith('/callback');
  }
}

/** As passport's strategies take it. */
type Verified = (error: unknown, proof?: OidcProof) => void;
type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

/** Clocks may differ by so much, seconds. */
const CLOCK_SKEW = 60;

/** What openid-client does not look at: one audience, ours; and that it was not made tomorrow. */
async function proofOf(config: client.Configuration, tokens: Tokens): Promise<OidcProof> {
  const claims = tokens.claims();
  const { id_token: idToken, access_token: accessToken } = tokens;
  if (claims === undefined || idToken === undefined) throw new SignInError('untrusted', 'There is no ID token.');
  const { client_id: clientId } = config.clientMetadata();
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  if (audiences.length !== 1 || audiences[0] !== clientId || (claims.azp ?? clientId) !== clientId) {
    throw new SignInError('untrusted', 'The ID token is for others as well.');
  }
  if (claims.iat > Date.now() / 1_000 + CLOCK_SKEW) {
    throw new SignInError('untrusted', 'The ID token is from the future: compare the clocks.');
  }
  if (config.serverMetadata().userinfo_endpoint === undefined) return { claims, idToken };
  const more = await client.fetchUserInfo(config, accessToken, claims.sub);
  return { claims: mergedClaims({ ...claims }, { ...more }), idToken };
}
