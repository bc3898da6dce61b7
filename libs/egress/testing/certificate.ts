import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A self-signed certificate and its key, PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const RSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];

/** What is unusual about a certificate. */
export interface TestCertificateOptions {
  readonly expired?: boolean;
  /** With a key of RSA in place of an elliptic curve. */
  readonly rsa?: boolean;
}

/** Makes a certificate for these names or IPv4 addresses, valid for an hour or expired an hour ago. Node has no call for it. */
export function selfSigned(
  names: readonly string[],
  { expired = false, rsa = false }: TestCertificateOptions = {},
): TestCertificate {
  const { publicKey, privateKey } = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(rsa ? RSA_WITH_SHA256 : ECDSA_WITH_SHA256));
  // Two authorities of one name would be taken for one another.
  const commonName = der(0x0c, Buffer.from(randomUUID()));
  const name = sequence(der(0x31, sequence(objectId([0x55, 0x04, 0x03]), commonName)));
  const hour = 3_600_000;
  const end = Date.now() + (expired ? -hour : hour);
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    algorithm,
    name,
    sequence(time(end - 24 * hour), time(end)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basicConstraints(), alternativeNames(names))),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function basicConstraints(): Buffer {
  return sequence(
    objectId([0x55, 0x1d, 0x13]),
    der(0x01, Buffer.of(0xff)),
    der(0x04, sequence(der(0x01, Buffer.of(0xff)))),
  );
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(objectId([0x55, 0x1d, 0x11]), der(0x04, sequence(...entries)));
}

function time(ms: number): Buffer {
  const [date = '', clock = ''] = new Date(ms).toISOString().slice(2, 19).replace(/[-:]/g, '').split('T');
  return der(0x17, Buffer.from(`${date}${clock}Z`));
}

function objectId(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}
