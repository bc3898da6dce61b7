import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { EgressError } from './errors.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The authorities that count when a bundle adds some (RUNGATE_CA_BUNDLE_FILE), PEM: the built-in ones and those of the
 * bundle. None when the bundle is empty: then the defaults of Node count.
 * @throws EgressError `bad_options`.
 */
export function trustedAuthorities(bundle: string): readonly string[] {
  const certificates = bundle.match(CERTIFICATE) ?? [];
  if (certificates.length === 0 && bundle.trim() !== '') throw unreadable();
  for (const certificate of certificates) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw unreadable(error);
    }
  }
  return certificates.length === 0 ? [] : [...rootCertificates, ...certificates];
}

function unreadable(cause?: unknown): EgressError {
  const message = 'RUNGATE_CA_BUNDLE_FILE holds no readable certificates; it must be PEM text.';
  return new EgressError('bad_options', message, { cause });
}
