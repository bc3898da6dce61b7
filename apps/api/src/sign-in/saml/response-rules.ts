import { parseStringPromise } from 'xml2js';
import { SignInError } from '../errors.js';

/** Largest answer of a provider, bytes as XML. */
const MOST_BYTES = 256 * 1024;
/** How deep its elements may be. */
const DEEPEST = 50;
/** More than any provider sends. */
const MOST_ELEMENTS = 2_000;
/** SHA-256 or better, and what makes the signed bytes out of one element and nothing else. */
export const SIGNED_ALGORITHMS: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
]);
const SIGNING = new Set(['SignatureMethod', 'DigestMethod', 'CanonicalizationMethod', 'Transform']);
const STATUS = /^urn:oasis:names:tc:SAML:2\.0:status:/;

/** What is read of an answer before its signature: only to refuse it. */
export interface ResponseOutline {
  readonly inResponseTo: string;
  /** The provider's own word for how it went; `Success` or why not. */
  readonly status: string;
}

/** One element. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly depth: number;
  readonly content: unknown;
}

/**
 * Holds an answer against the rules that need no key: so much and no more may be in it, whoever signed it.
 * @throws SignInError `untrusted`
 */
export async function outlineOf(encoded: string, { acsUrl }: { readonly acsUrl: string }): Promise<ResponseOutline> {
  const elements = elementsOf(await parse(decode(encoded)));
  const response = elements[0];
  if (response?.name !== 'Response') throw untrusted('The answer is no SAML response.');
  if (response.attributes.Destination !== acsUrl)
    throw untrusted('The answer was meant for another address (Destination).');
  const ids = elements.flatMap(({ attributes: { ID: id } }) => id ?? []);
  if (new Set(ids).size !== ids.length) throw untrusted('Two elements of the answer have one ID.');
  const status = elements.find(({ name }) => name === 'StatusCode')?.attributes.Value ?? '';
  const outline = { inResponseTo: response.attributes.InResponseTo ?? '', status: status.replace(STATUS, '') };
  if (outline.inResponseTo === '') throw untrusted('Nobody asked for the answer (no InResponseTo).');
  if (outline.status === 'Success') refuseUnusual(elements);
  return outline;
}

function refuseUnusual(elements: readonly Element[]): void {
  const named = (wanted: string): readonly Element[] => elements.filter(({ name }) => name === wanted);
  if (named('EncryptedAssertion').length > 0)
    throw untrusted('The assertion is encrypted: switch that off at the provider.');
  if (named('Assertion').length !== 1) throw untrusted('There must be exactly one assertion in the answer.');
  if (named('Signature').length === 0) throw untrusted('Nothing in the answer is signed.');
  for (const { name, attributes } of elements) {
    if (SIGNING.has(name) && !SIGNED_ALGORITHMS.has(attributes.Algorithm ?? ''))
      throw untrusted(`The answer is signed with ${attributes.Algorithm ?? 'nothing'}: SHA-256 or better is needed.`);
  }
}

/** @throws SignInError when it is no base64 of UTF-8, too long, or has what no provider needs and an attacker does. */
function decode(encoded: string): string {
  if (encoded.length > (MOST_BYTES * 4) / 3 + 4) throw untrusted('The answer is longer than 256 KB.');
  const compact = encoded.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw untrusted('The answer is no base64.');
  let xml: string;
  try {
    xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw untrusted('The answer is not UTF-8.');
  }
  // Document types, comments, CDATA: each has made parsers read another text than the one that was signed.
  if (/<!|<\?(?!xml\s)/i.test(xml)) throw untrusted('The answer has a document type, a comment or CDATA.');
  return xml;
}

async function parse(xml: string): Promise<unknown> {
  try {
    const parsed: unknown = await parseStringPromise(xml, {
      tagNameProcessors: [(name) => name.replace(/^.*:/, '')],
    });
    return parsed;
  } catch {
    throw untrusted('The answer is no XML.');
  }
}

/** All of them, the outermost first. */
function elementsOf(document: unknown): readonly Element[] {
  const found = childrenOf(document, 0);
  for (const { content, depth } of found) {
    if (depth > DEEPEST) throw untrusted('The answer is nested too deep.');
    if (found.length > MOST_ELEMENTS) throw untrusted('The answer has too many elements.');
    // An array is walked to the end that it has by then.
    found.push(...childrenOf(content, depth + 1));
  }
  return found;
}

/** xml2js has attributes below `$`, text below `_`, and children below their name. */
function childrenOf(content: unknown, depth: number): Element[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([name, value]: [string, unknown]) => {
    if (name === '$' || name === '_') return [];
    const several: readonly unknown[] = Array.isArray(value) ? value : [value];
    return several.map((one) => ({ name, attributes: attributesOf(one), depth, content: one }));
  });
}

function attributesOf(content: unknown): Readonly<Record<string, string>> {
  if (typeof content !== 'object' || content === null || !('$' in content)) return {};
  const written = content.$;
  if (typeof written !== 'object' || written === null) return {};
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}

function untrusted(message: string): SignInError {
  return new SignInError('untrusted', message);
}
