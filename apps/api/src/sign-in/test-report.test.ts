import type { Claims } from '@rungate/access';
import type { SignInConnection } from '@rungate/run-task';
import { failedTest, testReport } from './test-report.js';
import { aSignInConnection } from './testing/a-connection.js';

const CONNECTION = aSignInConnection();
const ABOUT = { at: new Date('2026-11-22T09:00:00Z'), by: 'Ada', publicUrl: 'https://rungate.example.com' };

const report = (claims: Claims, changes: Partial<SignInConnection> = {}) =>
  testReport({ ...ABOUT, connection: { ...CONNECTION, ...changes } }, { subject: 'u1', claims });
const said = ({ findings }: ReturnType<typeof report>, level: string): string =>
  findings
    .flatMap((finding) => (finding.level === level ? [`${finding.says} ${finding.remedy ?? ''}`] : []))
    .join('\n');

describe('the report of a test', () => {
  it('shows what arrived, which rules matched, and who the person would be', () => {
    const shown = report({ sub: 'u1', name: 'Ada', groups: ['staff', 'admins'], nonce: 'x', address: { city: 'Ulm' } });
    expect(shown).toMatchObject({ passed: true, role: 'admin', person: { subject: 'u1', name: 'Ada', email: null } });
    expect(shown.rules).toEqual([{ claim: 'groups', value: 'admins', role: 'admin', matched: true }]);
    expect(shown.claims).toEqual([
      { name: 'sub', values: ['u1'] },
      { name: 'name', values: ['Ada'] },
      { name: 'groups', values: ['staff', 'admins'] },
      { name: 'address', values: ['{"city":"Ulm"}'] },
    ]);
  });

  it.each<[string, Claims, Partial<SignInConnection>, string]>([
    ['no rule that matches', { groups: ['staff'] }, {}, 'No rule gives this person a role'],
    [
      'a required claim that is other',
      { tid: 'other', groups: ['admins'] },
      { requiredClaims: [{ claim: 'tid', value: 'acme' }] },
      'tid = acme did not arrive',
    ],
    [
      'a provider of everybody',
      { groups: ['admins'] },
      { issuer: 'https://accounts.google.com' },
      'Add a required claim',
    ],
    ['a guest', { groups: ['admins'], acct: 1 }, {}, 'guest of your tenant'],
  ])('fails with %s, and says what to do', (_, claims, changes, text) => {
    const shown = report(claims, changes);
    expect([shown.passed, shown.role]).toEqual([false, null]);
    expect(said(shown, 'failed')).toContain(text);
  });

  it.each<[string, Claims, Partial<SignInConnection>, string]>([
    ['Entra leaves groups out', { _claim_names: { groups: 'src1' } }, { defaultRole: 'viewer' }, 'so many groups'],
    ['no groups are sent', {}, { defaultRole: 'viewer' }, 'add its scope'],
    [
      'an e-mail was not verified',
      { email: 'a@acme.example' },
      { defaultRole: 'viewer', roleRules: [{ claim: 'email_domain', value: 'acme.example', role: 'admin' }] },
      'email_verified',
    ],
    ['nobody joins', { groups: ['admins'] }, { jit: false }, 'Nobody becomes a member'],
  ])('passes and warns when %s', (_, claims, changes, text) => {
    const shown = report(claims, changes);
    expect(shown.passed).toBe(true);
    expect(said(shown, 'warning')).toContain(text);
  });

  it('is a line of each claim, however long and whatever is in it', () => {
    const { claims } = report({ groups: Array.from({ length: 500 }, () => `a\u202e\n${'x'.repeat(5_000)}`) });
    expect(claims[0]?.values).toHaveLength(50);
    expect(claims[0]?.values[0]).not.toMatch(/[\u202e\n]/u);
    expect(claims[0]?.values[0]?.length).toBeLessThanOrEqual(300);
  });

  it.each([
    ['unauthorized: invalid_client', 'client secret'],
    ['The assertion is for others (Audience).', `/auth/c/${CONNECTION.id}/metadata`],
    ['redirect_uri did not match', `https://rungate.example.com/auth/c/${CONNECTION.id}/callback`],
    ['The provider says that it is https://idp.acme.example/, not https://idp.acme.example.', 'last slash'],
  ])('names the remedy when the provider says: %s', (fault, remedy) => {
    const shown = failedTest({ ...ABOUT, connection: CONNECTION }, fault);
    expect(shown.passed).toBe(false);
    expect(shown.findings[0]?.remedy).toContain(remedy);
  });
});
