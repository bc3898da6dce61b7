import { parseStringPromise } from 'xml2js';
import { certificateFault, readCertificate } from './certificates.js';

/** What a provider publishes about itself, as far as a connection needs it. */
export interface ProviderMetadata {
  readonly issuer: string;
  readonly signInUrl: string;
  /** PEM: those that end last, at most two. */
  readonly certificates: readonly string[];
}

/** Metadata, or why it is none; the reason completes "the metadata …". */
export type ReadMetadata =
  { readonly ok: true; readonly metadata: ProviderMetadata } | { readonly ok: false; readonly reason: string };

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const MOST_CERTIFICATES = 2;
const DEEPEST = 30;
const MOST_ELEMENTS = 5_000;

/** One element: names without prefix, attributes below `$`, text below `_`, children by name. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

/**
 * Reads metadata of SAML 2.0. Its signature is not looked at: an administrator gives it, and what it says counts when a test has
 * passed.
 */
export async function readSamlMetadata(xml: string): Promise<ReadMetadata> {
  // Document types could name files and grow without end.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) return no('has a document type');
  const root = await parsed(xml);
  if (root === null) return no('is no XML');
  const [provider, another] = providersIn(root);
  if (provider === undefined) return no('describes no identity provider (IDPSSODescriptor)');
  if (another !== undefined) return no('describes more than one identity provider; give that of yours alone');
  return metadataOf(provider);
}

/** One identity provider: its entity, and what it says of itself in this role. */
interface Provider {
  readonly entity: Element;
  readonly role: Element;
}

function providersIn(root: Element): readonly Provider[] {
  const descriptors = root.name === 'EntitiesDescriptor' ? named(root, 'EntityDescriptor') : [root];
  return descriptors.flatMap((entity) => {
    const roles = entity.name === 'EntityDescriptor' ? named(entity, 'IDPSSODescriptor') : [];
    return roles.map((role) => ({ entity, role }));
  });
}

function metadataOf({ entity, role }: Provider): ReadMetadata {
  const issuer = entity.attributes.entityID ?? '';
  if (issuer === '') return no('has no entityID');
  const services = named(role, 'SingleSignOnService');
  const signInUrl = services.find(({ attributes }) => attributes.Binding === REDIRECT)?.attributes.Location ?? '';
  if (signInUrl === '') return no('names no address for requests by HTTP-Redirect');
  const certificates = signingCertificates(role);
  if (certificates.length === 0) return no('has no certificate for signing with RSA that is good now');
  return { ok: true, metadata: { issuer, signInUrl, certificates } };
}

function signingCertificates(role: Element): readonly string[] {
  const keys = named(role, 'KeyDescriptor').filter(({ attributes }) => (attributes.use ?? 'signing') === 'signing');
  const found = keys
    .flatMap((key) => named(key, 'KeyInfo'))
    .flatMap((info) => named(info, 'X509Data'))
    .flatMap((data) => named(data, 'X509Certificate'))
    .flatMap(({ text }) => readCertificate(text) ?? [])
    .filter((certificate) => certificateFault(certificate) === null);
  const byPem = new Map(found.map((certificate) => [certificate.toString(), Date.parse(certificate.validTo)]));
  return [...byPem]
    .filter(([, until]) => until > Date.now())
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_CERTIFICATES)
    .map(([pem]) => pem);
}

async function parsed(xml: string): Promise<Element | null> {
  try {
    const document: unknown = await parseStringPromise(xml, {
      tagNameProcessors: [(name) => name.replace(/^.*:/, '')],
    });
    const budget = { left: MOST_ELEMENTS };
    return childrenOf(document, 0, budget)[0] ?? null;
  } catch {
    return null;
  }
}

/** @throws Error when there are more, or they are deeper, than in any metadata. */
function childrenOf(content: unknown, depth: number, budget: { left: number }): readonly Element[] {
  if (typeof content !== 'object' || content === null) return [];
  if (depth > DEEPEST) throw new Error('too deep');
  return Object.entries(content).flatMap(([name, value]: [string, unknown]) => {
    if (name === '$' || name === '_') return [];
    const several: readonly unknown[] = Array.isArray(value) ? value : [value];
    return several.map((one) => {
      budget.left -= 1;
      if (budget.left < 0) throw new Error('too many');
      return { name, ...contentOf(one), children: childrenOf(one, depth + 1, budget) };
    });
  });
}

function contentOf(element: unknown): Pick<Element, 'attributes' | 'text'> {
  if (typeof element === 'string') return { attributes: {}, text: element };
  if (typeof element !== 'object' || element === null) return { attributes: {}, text: '' };
  const attributes: unknown = '$' in element ? element.$ : {};
  const written = Object.entries(attributes ?? {}).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    attributes: Object.fromEntries(written),
    text: '_' in element && typeof element._ === 'string' ? element._ : '',
  };
}

function named({ children }: Element, wanted: string): readonly Element[] {
  return children.filter(({ name }) => name === wanted);
}

function no(reason: string): ReadMetadata {
  return { ok: false, reason };
}
