import { admit, isGuest, matchesClaim, type AdmissionPolicy, type Claims } from '@rungate/access';
import { plainText, type ConnectionTest, type SignInConnection, type TestFinding } from '@rungate/run-task';
import { policyOf, shownAs, type Proof } from './arrivals.js';
import { remedyFor } from './test-remedies.js';

/** Of which test a report is. */
export interface Tested {
  readonly at: Date;
  readonly by: string;
  readonly connection: SignInConnection;
  readonly publicUrl: string;
}

const MOST = { names: 100, values: 50, characters: 300 } as const;
/** Of the protocol, and of no use to a rule. */
const PROTOCOL = new Set(['nonce', 'at_hash', 'c_hash', 's_hash', 'jti']);

/** The provider vouched for nobody: what went wrong, and what to do. */
export function failedTest({ at, by, connection, publicUrl }: Tested, fault: string): ConnectionTest {
  const remedy = remedyFor(fault, { connection, publicUrl });
  const finding: TestFinding = { level: 'failed', says: shortened(fault), remedy };
  return { at, by, passed: false, findings: [finding], person: null, role: null, claims: [], rules: [] };
}

/** The provider vouched for somebody: what arrived, and what would become of that person if he were new. */
export function testReport({ at, by, connection }: Tested, proof: Pick<Proof, 'subject' | 'claims'>): ConnectionTest {
  const policy = policyOf(connection);
  const { claims, subject } = proof;
  // Whoever tries may be a member: what counts is whom the settings let in, so that joining is not asked about.
  const admission = admit({ ...policy, jit: true }, claims, null);
  const findings = [...bindings(policy, claims), ...people(policy, claims), ...roles(connection, policy, claims)];
  return {
    at,
    by,
    passed: admission.admitted && findings.every(({ level }) => level !== 'failed'),
    findings,
    person: { subject: shortened(subject), ...personShown(connection, proof) },
    role: admission.admitted ? admission.role : null,
    claims: shownClaims(claims),
    rules: policy.rules.map((rule) => ({ ...rule, matched: matchesClaim(claims, rule) })),
  };
}

function bindings({ required, isIssuerShared }: AdmissionPolicy, claims: Claims): readonly TestFinding[] {
  const held = required.map((match): TestFinding => {
    const written = `${match.claim} = ${match.value}`;
    return matchesClaim(claims, match)
      ? { level: 'ok', says: `The required claim ${written} is there.`, remedy: null }
      : {
          level: 'failed',
          says: `The required claim ${written} did not arrive.`,
          remedy: `Let the provider send ${match.claim}, or require what it sends; what arrived is listed below.`,
        };
  });
  if (!isIssuerShared || required.length > 0) return held;
  return [
    {
      level: 'failed',
      says: 'The provider serves others as well, and nothing binds people to you.',
      remedy: 'Add a required claim that only your people have: hd (Google), tid (Entra), a group, email_domain.',
    },
  ];
}

function people({ jit }: AdmissionPolicy, claims: Claims): readonly TestFinding[] {
  return [
    ...(isGuest(claims)
      ? [
          {
            level: 'failed' as const,
            says: 'The provider says that this person is a guest of your tenant; guests do not become members.',
            remedy: 'Try with an account of the tenant itself.',
          },
        ]
      : []),
    ...(jit
      ? []
      : [
          {
            level: 'warning' as const,
            says: 'Nobody becomes a member by signing in: people who were never here are refused.',
            remedy: 'Switch it on unless everybody who needs access has it.',
          },
        ]),
  ];
}

function roles(connection: SignInConnection, policy: AdmissionPolicy, claims: Claims): readonly TestFinding[] {
  const { rules, defaultRole } = policy;
  const rule = rules.find((one) => matchesClaim(claims, one));
  const found: TestFinding =
    rule !== undefined
      ? { level: 'ok', says: `The person would be ${rule.role}, by ${rule.claim} = ${rule.value}.`, remedy: null }
      : defaultRole !== null
        ? { level: 'ok', says: `No rule matches: the person would be ${defaultRole}, as by default.`, remedy: null }
        : {
            level: 'failed',
            says: 'No rule gives this person a role.',
            remedy: 'Add a rule for a group of the person; what arrived is listed below.',
          };
  return [found, ...doubts(connection, policy, claims)];
}

function doubts(
  { type }: SignInConnection,
  { rules, required }: AdmissionPolicy,
  claims: Claims,
): readonly TestFinding[] {
  const asked = new Set([...rules, ...required].map(({ claim }) => claim));
  const found: TestFinding[] = [];
  if (isOverage(claims))
    found.push({
      level: 'warning',
      says: 'The person has so many groups that the provider (Entra) sends none of them.',
      remedy: 'Let the provider send only groups that are assigned to the application, or app roles.',
    });
  else if (asked.has('groups') && !Object.hasOwn(claims, 'groups'))
    found.push({
      level: 'warning',
      says: 'Rules ask for groups, and the provider sent none.',
      remedy:
        type === 'oidc'
          ? 'Let it send groups in the ID token or the userinfo, and add its scope for them, often `groups`.'
          : 'Add an attribute with the groups of the person at the provider.',
    });
  const byEmail = asked.has('email') || asked.has('email_domain');
  if (byEmail && claims.email_verified !== true)
    found.push({
      level: 'warning',
      says: 'Rules ask for the e-mail address, and the provider does not say that it verified it: they never match.',
      remedy: 'Rule by a group instead, or let the provider send email_verified: true.',
    });
  return found;
}

/** Entra names the place where the groups can be read in place of them. */
function isOverage({ _claim_names: elsewhere, hasgroups: hasGroups }: Claims): boolean {
  const names = typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, 'groups');
  return names || hasGroups === true || hasGroups === 'true';
}

function personShown(
  connection: SignInConnection,
  proof: Pick<Proof, 'subject' | 'claims'>,
): { name: string; email: string | null } {
  const { name, email } = shownAs(connection, proof);
  return { name: shortened(name), email: email === null ? null : shortened(email) };
}

function shownClaims(claims: Claims): ConnectionTest['claims'] {
  return Object.entries(claims)
    .filter(([name]) => !PROTOCOL.has(name))
    .slice(0, MOST.names)
    .map(([name, value]) => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return { name: shortened(name), values: values.slice(0, MOST.values).map(written) };
    });
}

function written(value: unknown): string {
  return shortened(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Of a stranger: one line, without what is not to be seen. */
function shortened(text: string): string {
  return plainText(text, MOST.characters);
}
