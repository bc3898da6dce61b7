import { expectProblem, LOCAL, problemsOf, PRODUCTION, read } from '../testing/read.js';

const SSO = {
  RUNGATE_SSO_OIDC_ISSUER: 'https://idp.example.com/realms/Staff/',
  RUNGATE_SSO_OIDC_CLIENT_ID: 'rungate',
  RUNGATE_SSO_OIDC_OWNER_GROUPS: 'rungate-owners, admins',
};

describe('the connection that the environment sets', () => {
  test('is read whole, its issuer to the letter', () => {
    const { sso } = read({
      ...PRODUCTION,
      ...SSO,
      RUNGATE_SSO_OIDC_CLIENT_SECRET: 'canary-secret',
      RUNGATE_SSO_OIDC_REQUIRED_CLAIMS: 'tid=7f2f, acct=0',
      RUNGATE_SSO_OIDC_PRIVATE_RANGES: '10.20.0.0/16',
    });
    expect(sso).toMatchObject({
      issuer: 'https://idp.example.com/realms/Staff/',
      clientId: 'rungate',
      scopes: ['openid', 'profile', 'email'],
      groupClaim: 'groups',
      ownerGroups: ['rungate-owners', 'admins'],
      operatorGroups: [],
      requiredClaims: [
        { claim: 'tid', value: '7f2f' },
        { claim: 'acct', value: '0' },
      ],
      privateRanges: ['10.20.0.0/16'],
    });
    expect([sso?.clientSecret?.reveal(), JSON.stringify(sso)]).toEqual([
      'canary-secret',
      expect.not.stringContaining('canary'),
    ]);
  });

  test.each(['RUNGATE_SSO_OIDC_CLIENT_ID', 'RUNGATE_SSO_OIDC_OWNER_GROUPS'])('is refused without %s', (name) => {
    expectProblem(
      problemsOf({ ...PRODUCTION, ...SSO, [name]: '' }),
      new RegExp(`^${name} is needed with RUNGATE_SSO_OIDC_ISSUER; set it, for example \\S`),
    );
  });

  test('is refused without its issuer', () => {
    const problems = problemsOf({ ...PRODUCTION, ...SSO, RUNGATE_SSO_OIDC_ISSUER: '' });
    expect(problems).toEqual([
      expect.stringMatching(/^RUNGATE_SSO_OIDC_CLIENT_ID is set without/),
      expect.stringMatching(/^RUNGATE_SSO_OIDC_OWNER_GROUPS is set without/),
    ]);
  });

  test.each([
    ['http://idp.example.com', /must be an https address/],
    ['https://login.microsoftonline.com/common/v2.0', /stands for all tenants of Entra/],
    ['https://idp.example.com/?tenant=1', /must be the address of an issuer/],
    ['idp.example.com', /must be the address of an issuer/],
  ])('is refused with the issuer %s', (issuer, says) => {
    expectProblem(problemsOf({ ...PRODUCTION, ...SSO, RUNGATE_SSO_OIDC_ISSUER: issuer }), says);
  });

  test('may be plain http in development', () => {
    expect(read({ ...LOCAL, ...SSO, RUNGATE_SSO_OIDC_ISSUER: 'http://127.0.0.1:8080' }).sso?.clientSecret).toBeNull();
  });

  test('needs the scope openid', () => {
    expectProblem(
      problemsOf({ ...PRODUCTION, ...SSO, RUNGATE_SSO_OIDC_SCOPES: 'profile email' }),
      /^RUNGATE_SSO_OIDC_SCOPES must be scopes separated by blanks, openid among them/,
    );
  });
});
