import { admit, type AdmissionPolicy, type Claims, type KnownMember } from './index.js';

const ORGANIZATION: AdmissionPolicy = {
  roles: ['admin', 'editor', 'viewer'],
  required: [],
  rules: [
    { claim: 'groups', value: 'rungate-admins', role: 'admin' },
    { claim: 'realm_access.roles', value: 'editor', role: 'editor' },
  ],
  defaultRole: 'viewer',
  isStrict: false,
  jit: true,
  isIssuerShared: false,
};
const ACTIVE: KnownMember = { role: 'editor', roleFrom: 'person', state: 'active' };

const roleOf = (changes: Partial<AdmissionPolicy>, claims: Claims, known: KnownMember | null = null): string => {
  const answer = admit({ ...ORGANIZATION, ...changes }, claims, known);
  return answer.admitted ? `${answer.role} by ${answer.roleFrom}` : answer.why;
};

describe('whom a connection admits', () => {
  it.each<[string, Claims, string]>([
    ['a group', { groups: ['staff', 'rungate-admins'] }, 'admin by rule'],
    ['a group that is not in a list', { groups: 'rungate-admins' }, 'admin by rule'],
    ['a path', { realm_access: { roles: ['editor'] } }, 'editor by rule'],
    ['the first of two rules', { groups: ['rungate-admins'], realm_access: { roles: ['editor'] } }, 'admin by rule'],
    ['a group of a similar name', { groups: ['rungate-admins-2'] }, 'viewer by default'],
    ['what an object inherits', Object.create({ groups: ['rungate-admins'] }) as Claims, 'viewer by default'],
    ['nothing', {}, 'viewer by default'],
  ])('gives a role by %s', (_, claims, role) => {
    expect(roleOf({}, claims)).toBe(role);
  });

  it('gives no role of another plane, whatever a rule says', () => {
    const rules = [{ claim: 'groups', value: 'owner', role: 'owner' as const }];
    expect(roleOf({ rules }, { groups: ['owner'] })).toBe('viewer by default');
    expect(roleOf({ rules, defaultRole: 'operator' }, { groups: ['owner'] })).toBe('no_role');
  });

  it('admits nobody without a rule where there is no default role', () => {
    expect(roleOf({ defaultRole: null }, { groups: ['staff'] })).toBe('no_role');
    expect(roleOf({ defaultRole: null }, {}, { ...ACTIVE, roleFrom: 'rule' })).toBe('no_role');
  });

  it('keeps the role that a person gave, until a rule says otherwise', () => {
    expect(roleOf({}, {}, ACTIVE)).toBe('editor by person');
    expect(roleOf({}, { groups: ['rungate-admins'] }, ACTIVE)).toBe('admin by rule');
    expect(roleOf({}, {}, { ...ACTIVE, role: 'admin', roleFrom: 'rule' })).toBe('viewer by default');
  });

  it('keeps it for nobody who has no group any more where the platform lets in by groups alone', () => {
    const strict = { isStrict: true, defaultRole: null };
    expect(roleOf(strict, { groups: ['staff'] }, ACTIVE)).toBe('no_role');
    expect(roleOf(strict, { groups: ['rungate-admins'] }, ACTIVE)).toBe('admin by rule');
    expect(roleOf({ ...strict, defaultRole: 'viewer' }, {}, ACTIVE)).toBe('editor by person');
  });

  it('lets nobody in again who was blocked', () => {
    expect(roleOf({}, { groups: ['rungate-admins'] }, { ...ACTIVE, state: 'blocked' })).toBe('blocked');
  });

  it('makes no members by signing in where that is switched off', () => {
    expect(roleOf({ jit: false }, { groups: ['rungate-admins'] })).toBe('not_a_member');
    expect(roleOf({ jit: false }, {}, ACTIVE)).toBe('editor by person');
  });
});

describe('a provider that serves others as well', () => {
  const shared = { isIssuerShared: true };
  const bound = { ...shared, required: [{ claim: 'hd', value: 'acme.example' }] };

  it.each<[string, Partial<AdmissionPolicy>, Claims, string]>([
    ['nothing that binds', shared, { hd: 'acme.example' }, 'shared_issuer'],
    ['the right tenant', bound, { hd: 'acme.example' }, 'viewer by default'],
    ['another tenant', bound, { hd: 'evil.example' }, 'required_claim'],
    ['no tenant', bound, {}, 'required_claim'],
    ['a guest of the tenant', bound, { hd: 'acme.example', preferred_username: 'eve#EXT#@acme.example' }, 'guest'],
    [
      'a person of another tenant',
      bound,
      { hd: 'acme.example', tid: 't1', idp: 'https://sts.windows.net/t2/' },
      'guest',
    ],
    [
      'a person of the tenant',
      bound,
      { hd: 'acme.example', tid: 't1', idp: 'https://sts.windows.net/t1/' },
      'viewer by default',
    ],
    ['the idp of a provider without tenants', bound, { hd: 'acme.example', idp: '00o1' }, 'viewer by default'],
    ['a guest account', bound, { hd: 'acme.example', acct: 1 }, 'guest'],
  ])('with %s', (_, changes, claims, answer) => {
    expect(roleOf(changes, claims)).toBe(answer);
  });

  it('looks at the tenant at each sign-in', () => {
    expect(roleOf(bound, { hd: 'evil.example' }, ACTIVE)).toBe('required_claim');
  });
});

describe('a rule about an e-mail address', () => {
  const rules = [
    { claim: 'email', value: 'Ada@acme.example', role: 'admin' as const },
    { claim: 'email_domain', value: 'acme.example', role: 'editor' as const },
  ];

  it.each<[Claims, string]>([
    [{ email: 'ada@ACME.example', email_verified: true }, 'admin by rule'],
    [{ email: 'vik@acme.example', email_verified: true }, 'editor by rule'],
    [{ email: 'ada@acme.example', email_verified: 'true' }, 'viewer by default'],
    [{ email: 'ada@acme.example' }, 'viewer by default'],
    [{ email: 'ada@acme.example@evil.example', email_verified: true }, 'viewer by default'],
    [{ email: 'ada@evil-acme.example', email_verified: true }, 'viewer by default'],
  ])('%j is %s', (claims, role) => {
    expect(roleOf({ rules }, claims)).toBe(role);
  });
});
