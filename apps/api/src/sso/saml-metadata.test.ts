import { selfSigned } from '@rungate/egress/testing';
import { TestSamlProvider } from '../testing/saml-provider.js';
import { certificateFault, readCertificate, showCertificate } from './certificates.js';
import { readSamlMetadata } from './saml-metadata.js';

describe('metadata of a SAML provider', () => {
  const provider = new TestSamlProvider();
  const reasonFor = async (xml: string): Promise<string> => {
    const reading = await readSamlMetadata(xml);
    return reading.ok ? 'fine' : reading.reason;
  };

  it('says who it is, where requests go, and what it signs with', async () => {
    const reading = await readSamlMetadata(provider.metadata());
    expect(reading).toMatchObject({ ok: true, metadata: { issuer: provider.issuer, signInUrl: provider.signInUrl } });
    expect(reading.ok ? reading.metadata.certificates.map((pem) => readCertificate(pem)?.fingerprint256) : []).toEqual([
      readCertificate(provider.certificate)?.fingerprint256,
    ]);
  });

  it('is read with at most two certificates, and with none that is over', async () => {
    const several = [1, 2, 3].map(() => selfSigned(['provider.example.com'], { rsa: true }).cert);
    const { cert: over } = selfSigned(['provider.example.com'], { rsa: true, expired: true });
    const reading = await readSamlMetadata(provider.metadata([over, ...several]));
    const kept = reading.ok ? reading.metadata.certificates : [];
    expect(kept).toHaveLength(2);
    expect(kept.map((pem) => showCertificate(pem, new Date()).daysLeft)).toEqual([0, 0]);
    expect(await reasonFor(provider.metadata([over]))).toContain('no certificate');
  });

  it.each<[string, (xml: string) => string, string]>([
    ['a document type', (xml) => xml.replace('<EntityDescriptor', '<!DOCTYPE x><EntityDescriptor'), 'document type'],
    ['no XML', () => '{"not": "xml"}', 'no XML'],
    ['another role alone', (xml) => xml.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'), 'no identity provider'],
    [
      'two providers',
      (xml) => `<EntitiesDescriptor>${(xml + xml).replace(/<\?xml[^>]*\?>/g, '')}</EntitiesDescriptor>`,
      'more than one',
    ],
    ['no name', (xml) => xml.replace(/entityID="[^"]+"/, ''), 'no entityID'],
    ['no way by redirect', (xml) => xml.replaceAll('HTTP-Redirect', 'HTTP-Artifact'), 'HTTP-Redirect'],
    ['keys to encrypt with alone', (xml) => xml.replaceAll('use="signing"', 'use="encryption"'), 'no certificate'],
    ['more depth than any has', () => '<a>'.repeat(200) + '</a>'.repeat(200), 'no XML'],
  ])('is refused with %s', async (_, change, reason) => {
    expect(await reasonFor(change(provider.metadata()))).toContain(reason);
  });
});

describe('a certificate', () => {
  it('must be one, of RSA', () => {
    expect(readCertificate('x')).toBeNull();
    const [rsa, ec] = [selfSigned(['a.example'], { rsa: true }).cert, selfSigned(['a.example']).cert].map(
      readCertificate,
    );
    expect([rsa, ec].map((one) => (one === null || one === undefined ? null : certificateFault(one)))).toEqual([
      null,
      expect.stringContaining('RSA'),
    ]);
  });
});
