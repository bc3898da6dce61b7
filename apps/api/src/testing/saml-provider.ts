import { inflateRawSync } from 'node:zlib';
import { getSamlResponse, type ResponseOptions } from 'samlp';
import { selfSigned } from '@rungate/egress/testing';

/** What the provider does otherwise than it should; `change` gets the XML that it would have posted. */
export interface Misbehaviour {
  readonly options?: Partial<ResponseOptions>;
  readonly change?: (xml: string) => string;
}

/** A SAML provider for tests: it answers what it is told to. */
export class TestSamlProvider {
  readonly issuer = 'urn:example:provider';
  readonly signInUrl = 'https://provider.example.com/sso';
  readonly #identity = selfSigned(['provider.example.com'], { rsa: true });
  groups: readonly string[] = ['people'];

  get certificate(): string {
    return this.#identity.cert;
  }

  /** What its page would post: `SAMLResponse`, base64. */
  async answer(location: string, { options = {}, change = (xml) => xml }: Misbehaviour = {}): Promise<string> {
    return Buffer.from(change(await this.respond(location, options))).toString('base64');
  }

  /** The XML of an answer to the request in this address. */
  async respond(location: string, changed: Partial<ResponseOptions> = {}): Promise<string> {
    const request = requestIn(location);
    const options: ResponseOptions = {
      issuer: this.issuer,
      ...this.#identity,
      signAssertion: true,
      signResponse: false,
      signatureAlgorithm: 'rsa-sha256',
      digestAlgorithm: 'sha256',
      audience: request.issuer,
      destination: request.acsUrl,
      recipient: request.acsUrl,
      inResponseTo: request.id,
      lifetimeInSeconds: 300,
      ...changed,
    };
    const user = {
      id: 'vik',
      displayName: 'Vik Viewer',
      name: { givenName: 'Vik', familyName: 'Viewer' },
      emails: [{ value: 'vik@example.com' }],
      groups: this.groups,
    };
    return new Promise((resolve, reject) => {
      getSamlResponse(options, user, (error, xml) => {
        if (error === null || error === undefined) resolve(xml);
        else reject(error);
      });
    });
  }
}

interface SamlRequestSent {
  readonly id: string;
  readonly issuer: string;
  readonly acsUrl: string;
}

function requestIn(location: string): SamlRequestSent {
  const written = new URL(location).searchParams.get('SAMLRequest') ?? '';
  const xml = inflateRawSync(Buffer.from(written, 'base64')).toString('utf8');
  return {
    id: captured(/ ID="([^"]+)"/, xml),
    issuer: captured(/<saml:Issuer[^>]*>([^<]+)</, xml),
    acsUrl: captured(/AssertionConsumerServiceURL="([^"]+)"/, xml),
  };
}

function captured(pattern: RegExp, text: string): string {
  return pattern.exec(text)?.[1] ?? '';
}
