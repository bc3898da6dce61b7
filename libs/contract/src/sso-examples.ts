// What the OpenAPI document shows of sign-in; a test holds each against its shape.

const BASE = 'https://rungate.example.com/auth/c/01943c60-11aa-7c02-9f6e-7d3b5c8e1a24';

const oidc = {
  type: 'oidc',
  name: 'Acme Entra',
  issuer: 'https://login.microsoftonline.com/7f2f7c6e-3f0e-4f0b-9a55-0f2c4f1f9f6d/v2.0',
  clientId: '5b0f8f0e-6d53-4a57-9d3f-1f1a3b0a7c11',
  requiredClaims: [{ claim: 'tid', value: '7f2f7c6e-3f0e-4f0b-9a55-0f2c4f1f9f6d' }],
  roleRules: [{ claim: 'groups', value: 'rungate-admins', role: 'admin' }],
};

const platformOidc = {
  ...oidc,
  name: 'Staff',
  roleRules: [{ claim: 'groups', value: 'rungate-owners', role: 'owner' }],
};

export const ssoSettings = { ...oidc, clientSecret: 'what-the-provider-gave' };

export const platformSsoSettings = { ...platformOidc, clientSecret: 'what-the-provider-gave' };

export const ssoMetadata = { url: 'https://idp.acme.example/saml/metadata' };

const test = {
  at: '2026-11-22T09:00:00.000Z',
  by: 'Ada Example',
  passed: true,
  findings: [{ level: 'ok', says: 'The person would be admin, by groups = rungate-admins.', remedy: null }],
  person: { subject: '00u1ab2cd3EF4gh5ij6k7', name: 'Ada Example', email: 'ada@acme.example' },
  role: 'admin',
  claims: [{ name: 'groups', values: ['rungate-admins', 'staff'] }],
  rules: [{ claim: 'groups', value: 'rungate-admins', role: 'admin', matched: true }],
};

const shown = {
  id: '01943c60-11aa-7c02-9f6e-7d3b5c8e1a24',
  status: 'active',
  development: false,
  fromEnvironment: false,
  hasClientSecret: true,
  scopes: ['openid', 'profile', 'email'],
  signInUrl: null,
  certificates: [],
  metadataUrl: null,
  offered: null,
  attributeMap: {},
  jit: true,
  idleMinutes: null,
  absoluteMinutes: null,
  provider: {
    redirectUri: `${BASE}/callback`,
    afterLogoutUri: 'https://rungate.example.com/login',
    backChannelLogoutUri: `${BASE}/back-channel-logout`,
    entityId: `${BASE}/metadata`,
    acsUrl: `${BASE}/acs`,
    signInUrl: `${BASE}/login`,
  },
  test,
  isTested: true,
  warnings: [],
  createdAt: '2026-11-22T08:40:00.000Z',
  activatedAt: '2026-11-22T09:02:00.000Z',
  revision: 4,
};

export const ssoConnection = { organization: 'acme', ...oidc, defaultRole: 'viewer', discoverable: false, ...shown };

export const platformSsoConnection = { ...platformOidc, privateRanges: [], caBundle: null, ...shown };

export const samlConnection = {
  ...ssoConnection,
  type: 'saml',
  issuer: 'https://idp.acme.example/saml',
  clientId: null,
  hasClientSecret: false,
  signInUrl: 'https://idp.acme.example/saml/sso',
  metadataUrl: ssoMetadata.url,
  certificates: [
    {
      pem: '-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n',
      sha256: 'A1:B2:C3:D4',
      subject: 'CN=idp.acme.example',
      validFrom: '2025-12-01T00:00:00.000Z',
      validUntil: '2026-12-15T00:00:00.000Z',
      daysLeft: 22,
    },
  ],
  status: 'draft',
  test: null,
  isTested: false,
  warnings: [{ kind: 'certificate-expires', says: 'The last certificate is over in 22 days: add its successor.' }],
  activatedAt: null,
};

export const ssoTestStart = {
  location: 'https://login.microsoftonline.com/7f2f7c6e/oauth2/v2.0/authorize?client_id=…',
};

export const portalLink = {
  id: '01943c62-5b7e-7d22-8f31-6a0c9e4d1b77',
  intent: 'sso',
  connectionId: ssoConnection.id,
  link: 'https://rungate.example.com/setup/sso#mYq3n0cT1Zf6b9wE2sXv8KpLr4HdGj7uAaOiBkNeUyQ',
  expiresAt: '2026-11-22T10:00:00.000Z',
};

export const unprovedDomain = {
  id: '01943c70-2f31-7a58-b6a1-5c1d0e9f3b42',
  domain: 'acme.example',
  state: 'unproved',
  record: {
    type: 'TXT',
    name: '_rungate-challenge.acme.example',
    value: 'rungate-domain=Vb1n7c0QmYtq3kXzR5sWjA',
  },
  provedAt: null,
  checkedAt: null,
  missingSince: null,
  createdAt: '2026-11-22T08:40:00.000Z',
};

export const domain = {
  ...unprovedDomain,
  state: 'proved',
  provedAt: '2026-11-22T09:10:00.000Z',
  checkedAt: '2026-11-22T09:10:00.000Z',
};

export const domainCheck = { found: true, says: 'The record is there: the domain is proved.', domain };
