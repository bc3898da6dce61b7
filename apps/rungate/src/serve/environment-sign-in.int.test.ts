import { SecretText, type EnvironmentSso } from '@rungate/config';
import { startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import { ENVIRONMENT_CONNECTION } from '@rungate/run-task';
import { setEnvironmentSignIn } from './environment-sign-in.js';

jest.setTimeout(60_000);

describe('the connection that the environment sets', () => {
  let db: TestPostgres;
  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  const sso: EnvironmentSso = {
    issuer: 'https://idp.example.com',
    clientId: 'rungate',
    clientSecret: new SecretText('what-the-provider-gave'),
    scopes: ['openid', 'groups'],
    groupClaim: 'realm_access.roles',
    ownerGroups: ['owners'],
    operatorGroups: ['operators'],
    requiredClaims: [{ claim: 'tid', value: '7f2f' }],
    privateRanges: ['10.20.0.0/16'],
  };
  const found = () => db.postgres.signIns.findConnection(ENVIRONMENT_CONNECTION);

  it('is made at the first start, changed with the environment alone, and ended without it', async () => {
    await setEnvironmentSignIn(null, db.postgres);
    expect(await found()).toBeNull();
    await setEnvironmentSignIn(sso, db.postgres);
    const made = await found();
    expect(made).toMatchObject({
      status: 'active',
      organization: null,
      clientSecret: 'what-the-provider-gave',
      defaultRole: null,
      roleRules: [
        { claim: 'realm_access.roles', value: 'owners', role: 'owner' },
        { claim: 'realm_access.roles', value: 'operators', role: 'operator' },
      ],
    });
    await setEnvironmentSignIn(sso, db.postgres);
    expect(await found()).toEqual(made);
    await setEnvironmentSignIn({ ...sso, clientSecret: new SecretText('another') }, db.postgres);
    expect(await found()).toMatchObject({ clientSecret: 'another', status: 'active' });
    await setEnvironmentSignIn(null, db.postgres);
    expect(await found()).toMatchObject({ status: 'disabled' });
    await setEnvironmentSignIn(sso, db.postgres);
    expect(await found()).toMatchObject({ status: 'active' });
    const rows = await db.query<{ action: string }>('SELECT action FROM audit_events ORDER BY id');
    expect(rows.map(({ action }) => action)).toEqual([
      'connection.created',
      'connection.changed',
      'connection.disabled',
      'connection.changed',
    ]);
  });
});
