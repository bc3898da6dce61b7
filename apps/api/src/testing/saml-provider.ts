import { inflateRawSync } from 'node:zlib';
import { signXml } from '@node-saml/node-saml/lib/xml.js';
import { getSamlResponse, type ResponseOptions } from 'samlp';
import { selfSigned } from '@rungate/egress/testing';

/** What the provider does otherwise than it should; `change` gets the XML that it would have posted. */
export interface Misbehaviour {
  readonly options?: Partial<ResponseOptions>;
  readonly change?: (xml: string) => string;
}

/** What is unusual about signed metadata. */
export interface SignedMetadata {
  readonly certificates?: readonly string[];
  /** Of the signed element, as they stand there. */
  readonly attributes?: string;
  readonly signatureAlgorithm?: 'sha1' | 'sha256';
  readonly digestAlgorithm?: 'sha1' | 'sha256';
}

/** A SAML provider for tests: it answers what it is told to. */
export class TestSamlProvider {
  readonly issuer = 'urn:example:provider';
  readonly signInUrl = 'https://provider.example.com/sso';
  readonly #identity = selfSigned(['provider.example.com'], { rsa: true });
  /** Who signs in there. */
  person = { id: 'vik', name: 'Vik Viewer', email: 'vik@example.com' };
  groups: readonly string[] = ['people'];

  get certificate(): string {
    return this.#identity.cert;
  }

  /** What it publishes about itself, with these certificates to sign with. */
  metadata(certificates: readonly string[] = [this.certificate]): string {
    const keys = certificates.map((pem) => {
      const base64 = pem.replace(/-----[A-Z ]+-----/g, '');
      return `<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`;
    });
    return `<?xml version="1.0"?>
      <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${this.issuer}">
        <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}
          <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://provider.example.com/post"/>
          <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${this.signInUrl}"/>
        </IDPSSODescriptor>
      </EntityDescriptor>`;
  }

  /** What it publishes, signed by itself. */
  signedMetadata({ certificates, attributes = '', ...changed }: SignedMetadata = {}): string {
    const head = `<EntityDescriptor ID="_published" ${attributes}`;
    const xml = this.metadata(certificates).replace('<EntityDescriptor', head);
    const root = "/*[local-name(.)='EntityDescriptor']";
    const location = { reference: root, action: 'prepend' } as const;
    const algorithms = { signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' } as const;
    return signXml(xml, root, location, { privateKey: this.#identity.key, ...algorithms, ...changed });
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
    const { id, name, email } = this.person;
    const [givenName = '', familyName = ''] = name.split(' ');
    const user = {
      id,
      displayName: name,
      name: { givenName, familyName },
      emails: [{ value: email }],
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

/** Where the answer to the request in this address is posted. */
export function acsUrlOf(location: string): string {
  return requestIn(location).acsUrl;
}

/** The request in an address that the browser is sent to. */
export function requestXml(location: string): string {
  const written = new URL(location).searchParams.get('SAMLRequest') ?? '';
  return inflateRawSync(Buffer.from(written, 'base64')).toString('utf8');
}

function requestIn(location: string): SamlRequestSent {
  const xml = requestXml(location);
  return {
    id: captured(/ ID="([^"]+)"/, xml),
    issuer: captured(/<saml:Issuer[^>]*>([^<]+)</, xml),
    acsUrl: captured(/AssertionConsumerServiceURL="([^"]+)"/, xml),
  };
}

function captured(pattern: RegExp, text: string): string {
  return pattern.exec(text)?.[1] ?? '';
}
