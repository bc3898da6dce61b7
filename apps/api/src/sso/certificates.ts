import { X509Certificate, type KeyObject } from 'node:crypto';

/** A certificate as people look at it. */
export interface ShownCertificate {
  readonly pem: string;
  readonly sha256: string;
  readonly subject: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly daysLeft: number;
}

const DAY_MS = 24 * 3_600_000;
/** Bits of an RSA key: less can be broken, more costs whoever verifies. */
const BITS = { least: 2_048, most: 8_192 } as const;

/** Reads PEM, or the base64 that stands in metadata; null when it is no certificate. */
export function readCertificate(written: string): X509Certificate | null {
  const base64 = written.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}

/** Why no provider may sign with it; null: it may. */
export function certificateFault(certificate: X509Certificate): string | null {
  const key = publicKeyOf(certificate);
  if (key === null) return 'Holds a key that is not known here.';
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type !== 'rsa') return 'Must hold an RSA key: assertions are signed with RSA and SHA-256.';
  const bits = details?.modulusLength ?? 0;
  if (bits < BITS.least || bits > BITS.most)
    return `Holds an RSA key of ${bits} bits; it must have ${BITS.least} to ${BITS.most}.`;
  const isDated = [certificate.validFrom, certificate.validTo].every((written) => !Number.isNaN(Date.parse(written)));
  return isDated ? null : 'Does not say when it is valid.';
}

function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}

/** A certificate that is stored, as it is now. */
export function showCertificate(pem: string, now: Date): ShownCertificate {
  const certificate = new X509Certificate(pem);
  const [from, until] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  return {
    pem,
    sha256: certificate.fingerprint256,
    // Node has none, whatever its types say, for a certificate that names nobody.
    subject: [certificate.subject].join('').replaceAll('\n', ', ').slice(0, 1_000),
    validFrom: from.toISOString(),
    validUntil: until.toISOString(),
    daysLeft: Math.floor((until.getTime() - now.getTime()) / DAY_MS),
  };
}
