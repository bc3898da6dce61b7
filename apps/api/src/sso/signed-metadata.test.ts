import { selfSigned } from '@rungate/egress/testing';
import { TestSamlProvider } from '../testing/saml-provider.js';
import { signedMetadata } from './signed-metadata.js';

describe('metadata that its provider signed', () => {
  const provider = new TestSamlProvider();
  const another = new TestSamlProvider();
  const verified = (xml: string, certificates = [provider.certificate]): Promise<string | null> =>
    signedMetadata(xml, { certificates, now: new Date() });

  it('is what a trusted certificate signed, and nothing else', async () => {
    const xml = await verified(provider.signedMetadata());
    expect(xml).toContain(`entityID="${provider.issuer}"`);
    expect(await verified(provider.signedMetadata(), [another.certificate, provider.certificate])).toBe(xml);
  });

  const wrapped = (): string => {
    const signed = provider.signedMetadata().replace(/<\?xml[^>]*\?>/, '');
    return another.metadata().replace('<IDPSSODescriptor', `${signed}<IDPSSODescriptor`);
  };
  it.each<[string, () => string]>([
    ['it is not signed', () => provider.metadata()],
    ['somebody else signed it', () => another.signedMetadata()],
    ['a byte of it was changed', () => provider.signedMetadata().replace('HTTP-POST', 'HTTP-PAST')],
    ['what is signed stands inside of something else', wrapped],
    ['SHA-1 signed it', () => provider.signedMetadata({ signatureAlgorithm: 'sha1' })],
    ['SHA-1 digested it', () => provider.signedMetadata({ digestAlgorithm: 'sha1' })],
    ['it has a comment', () => provider.signedMetadata().replace('<IDPSSO', '<!-- --><IDPSSO')],
    ['it is no XML', () => 'not XML'],
  ])('is none when %s', async (_why, publish) => {
    expect(await verified(publish())).toBeNull();
  });

  it('is none when it is over, or the certificate is', async () => {
    const until = (moment: string): string => provider.signedMetadata({ attributes: `validUntil="${moment}"` });
    expect(await verified(until('2100-01-01T00:00:00Z'))).not.toBeNull();
    for (const moment of ['2020-01-01T00:00:00Z', 'some day']) expect(await verified(until(moment))).toBeNull();
    const { cert } = selfSigned(['provider.example.com'], { rsa: true, expired: true });
    expect(await verified(provider.signedMetadata(), [cert])).toBeNull();
  });
});
