import { getVerifiedXml, parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml.js';
import { SIGNED_ALGORITHMS } from '../sign-in/saml/response-rules.js';
import { readCertificate } from './certificates.js';

/** Certificates that count, and when. */
export interface Trust {
  readonly certificates: readonly string[];
  readonly now: Date;
}

/**
 * The part of a provider's metadata that one of its trusted certificates signed: all of it, or null. Only what is answered here may
 * be believed.
 */
export async function signedMetadata(xml: string, { certificates, now }: Trust): Promise<string | null> {
  // Document types, comments, CDATA: each has made parsers read another text than the one that was signed.
  if (/<!|<\?(?!xml\s)/i.test(xml)) return null;
  const trusted = certificates.filter((pem) => isAfter(readCertificate(pem)?.validTo ?? '', now));
  try {
    const root = rootOf(await parseDomFromString(xml));
    if (root === null) return null;
    const algorithms = attributesAt(root, "//*[local-name(.)='Signature']//@Algorithm");
    if (!algorithms.every((algorithm) => SIGNED_ALGORITHMS.has(algorithm))) return null;
    if (!attributesAt(root, '@validUntil').every((until) => isAfter(until, now))) return null;
    return getVerifiedXml(xml, root, trusted);
  } catch {
    // What cannot be read, or is signed in a way that nobody needs, is not signed.
    return null;
  }
}

// Nodes of a DOM, whose types are those of a browser.

function rootOf(document: unknown): object | null {
  if (typeof document !== 'object' || document === null || !('documentElement' in document)) return null;
  const { documentElement: root } = document;
  return typeof root === 'object' ? root : null;
}

function attributesAt(root: object, path: string): readonly string[] {
  const found: readonly unknown[] = xpath.selectAttributes(root, path);
  return found.map((attribute) =>
    typeof attribute === 'object' && attribute !== null && 'value' in attribute ? String(attribute.value) : '',
  );
}

/** False for what is no moment. */
function isAfter(written: string, now: Date): boolean {
  return Date.parse(written) > now.getTime();
}
