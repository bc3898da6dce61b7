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
  const trusted = certificates.filter((pem) => Date.parse(readCertificate(pem)?.validTo ?? '') > now.getTime());
  try {
    const { documentElement: root } = await parseDomFromString(xml);
    const algorithms = xpath.selectAttributes(root, "//*[local-name(.)='Signature']//@Algorithm");
    if (!algorithms.every(({ value }) => SIGNED_ALGORITHMS.has(value))) return null;
    const until = root.getAttribute('validUntil') ?? '';
    if (until !== '' && !(Date.parse(until) > now.getTime())) return null;
    return getVerifiedXml(xml, root, trusted);
  } catch {
    // What cannot be read, or is signed in a way that nobody needs, is not signed.
    return null;
  }
}
