import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { EgressError } from './errors.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** PEM text that adds authorities, and where it came from, for the error. */
export interface AddedAuthorities {
  readonly pem: string;
  readonly name: string;
}

/**
 * The authorities that count when some are added, PEM: the built-in ones and the added ones. None when nothing is added:
 * then the defaults of Node count.
 * @throws EgressError `bad_options`.
 */
export function trustedAuthorities(...added: readonly AddedAuthorities[]): readonly string[] {
  const certificates = added.flatMap(certificatesIn);
  return certificates.length === 0 ? [] : [...rootCertificates, ...certificates];
}

function certificatesIn({ pem, name }: AddedAuthorities): readonly string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0 && pem.trim() !== '') throw unreadable(name);
  for (const certificate of certificates) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw unreadable(name, error);
    }
  }
  return certificates;
}

function unreadable(name: string, cause?: unknown): EgressError {
  return new EgressError('bad_options', `${name} holds no readable certificates; it must be PEM text.`, { cause });
}
