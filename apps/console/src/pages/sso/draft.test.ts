import { emptyDraft, settingsOf, type Draft } from './draft.js';

const settings = (changes: Partial<Draft>, isOfOrganization = true) =>
  settingsOf({ ...emptyDraft('oidc', isOfOrganization), name: 'Acme', ...changes }, isOfOrganization);
const PEM = '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----';

describe('what is entered of a connection', () => {
  it('leaves out what was not entered, and the secret so that it stays', () => {
    expect(settings({})).toMatchObject({ issuer: null, clientId: null, idleMinutes: null, attributeMap: {} });
    expect(settings({})).not.toHaveProperty('clientSecret');
    expect(settings({ clientSecret: 'new' })).toHaveProperty('clientSecret', 'new');
  });

  it('takes certificates one by one, whatever stands between them', () => {
    expect(settings({ certificates: `Subject: x\n${PEM}\n\n${PEM}\n` })).toHaveProperty('certificates', [PEM, PEM]);
    expect(settings({ certificates: 'no certificate' })).toHaveProperty('certificates', []);
  });

  it('has lists from words, and numbers where numbers are', () => {
    expect(settings({ scopes: ' openid  email ', idleMinutes: '30', absoluteMinutes: 'long' })).toMatchObject({
      ...{ scopes: ['openid', 'email'], idleMinutes: 30, absoluteMinutes: 'long' },
    });
  });

  it('asks each plane for what it has alone', () => {
    expect(settings({ defaultRole: '' })).toMatchObject({ defaultRole: null, discoverable: false });
    expect(settings({}, false)).not.toHaveProperty('defaultRole');
    expect(settings({ privateRanges: '10.0.0.0/8\n' }, false)).toMatchObject({ privateRanges: ['10.0.0.0/8'] });
  });
});
