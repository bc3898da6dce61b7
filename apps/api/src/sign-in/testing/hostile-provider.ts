import { createServer, type Server } from 'node:http';
import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

/** How an ID token, or the document, differs from a good one. */
export interface Misbehaviour {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds that are added to its times. */
  readonly late?: number;
  readonly header?: { readonly alg: string };
  /** Signs with this in place of its own key. */
  readonly secret?: string;
  /** Signs with a key that it does not publish. */
  readonly isKeyForeign?: boolean;
  readonly document?: Readonly<Record<string, unknown>>;
}

/** A provider that says what a test wants: for what a real one never does. */
export class HostileProvider {
  readonly subject = 'mallory';
  misbehaviour: Misbehaviour = {};
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Of the last token request. */
  verifier: string | null = null;
  readonly #nonces = new Map<string, { nonce: string; challenge: string }>();
  #server: Server | null = null;
  #keys: { readonly own: CryptoKey; readonly foreign: CryptoKey; readonly jwk: object } | null = null;
  issuer = '';

  constructor(private readonly clientId: string) {}

  async start(): Promise<this> {
    const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const jwk = { ...(await exportJWK(own.publicKey)), use: 'sig', alg: 'ES256', kid: 'own' };
    this.#keys = { own: own.privateKey, foreign: foreign.privateKey, jwk };
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void this.#answer(request.url ?? '', Buffer.concat(chunks).toString()).then((body) => {
          response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(body));
        });
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.issuer = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Lets the person of an authorization request in; the query that the browser comes back with. */
  authorize(location: string): URLSearchParams {
    const { searchParams } = new URL(location);
    const code = createHash('sha256').update(location).digest('hex');
    this.#nonces.set(code, {
      nonce: searchParams.get('nonce') ?? '',
      challenge: searchParams.get('code_challenge') ?? '',
    });
    return new URLSearchParams({ code, state: searchParams.get('state') ?? '', iss: this.issuer });
  }

  /** Says that a session, or all of a person, is over. */
  async logoutToken(claims: object): Promise<string> {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const iat = Math.floor(Date.now() / 1_000);
    return this.#signed({ iss: this.issuer, aud: this.clientId, iat, jti: randomUUID(), events, ...claims });
  }

  async #answer(path: string, body: string): Promise<object | null> {
    this.asked.push(path);
    if (path === '/.well-known/openid-configuration') return this.#document();
    if (path === '/jwks') return { keys: [this.#keys?.jwk] };
    if (path !== '/token') return null;
    const form = new URLSearchParams(body);
    const known = this.#nonces.get(form.get('code') ?? '');
    this.verifier = form.get('code_verifier');
    const challenge = createHash('sha256')
      .update(this.verifier ?? '')
      .digest('base64url');
    if (known?.challenge !== challenge) return { error: 'invalid_grant' };
    return { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: await this.#idToken(known.nonce) };
  }

  #document(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'HS256', 'none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...this.misbehaviour.document,
    };
  }

  async #idToken(nonce: string): Promise<string> {
    const { claims, late = 0 } = this.misbehaviour;
    const now = Math.floor(Date.now() / 1_000) + late;
    const payload = {
      iss: this.issuer,
      sub: this.subject,
      aud: this.clientId,
      nonce,
      iat: now,
      exp: now + 60,
      ...claims,
    };
    return this.#signed(payload);
  }

  async #signed(payload: Readonly<Record<string, unknown>>): Promise<string> {
    const { header = { alg: 'ES256' }, secret, isKeyForeign = false } = this.misbehaviour;
    if (header.alg === 'none') return `${encode(header)}.${encode(payload)}.`;
    const key = secret === undefined ? (isKeyForeign ? this.#keys?.foreign : this.#keys?.own) : Buffer.from(secret);
    if (key === undefined) throw new Error('not started');
    return new SignJWT(payload).setProtectedHeader({ kid: 'own', ...header }).sign(key);
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
