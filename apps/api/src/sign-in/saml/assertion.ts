import type { Claims } from '@rungate/access';
import { z } from 'zod';
import { SignInError } from '../errors.js';

/** Clocks may differ by so much, milliseconds. */
export const MOST_SKEW_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** A person is somebody else to us at each sign-in under such a name. */
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** What a signed assertion is held against. */
export interface AssertionRules {
  /** Entity id of the provider. */
  readonly issuer: string;
  /** Our own entity id. */
  readonly entityId: string;
  readonly acsUrl: string;
  /** The request that it answers. */
  readonly requestId: string;
  readonly now: Date;
}

/** What a signed assertion vouches for. */
export interface AssertionProof {
  readonly assertionId: string;
  /** Until then it would count again, were it not remembered. */
  readonly usableUntil: Date;
  readonly subject: string;
  readonly claims: Claims;
  readonly provedAt: Date | null;
  readonly providerSession: string | null;
}

/** Reads the bytes that were signed, once more and by stricter rules than the library. @throws SignInError `untrusted` */
export function proofOf(signed: unknown, attributes: Claims, rules: AssertionRules): AssertionProof {
  const parsed = SIGNED.safeParse(signed);
  if (!parsed.success) throw untrusted('The signed assertion is not as SAML says.');
  const { $: about, Issuer, Subject, Conditions, AuthnStatement } = parsed.data.Assertion;
  const [issuer, [{ NameID, SubjectConfirmation }], [conditions]] = [textOf(Issuer[0]), Subject, Conditions];
  if (issuer !== rules.issuer) throw untrusted(`The assertion is of ${issuer}, not ${rules.issuer}.`);
  const subject = subjectOf(NameID[0]);
  const confirmedUntil = confirm(SubjectConfirmation, rules);
  refuseElsewhere(conditions, rules);
  return {
    assertionId: about.ID,
    usableUntil: rememberedUntil([confirmedUntil, Date.parse(conditions.$.NotOnOrAfter)], rules.now),
    subject,
    claims: { ...withUsualNames(attributes), sub: subject },
    ...occasionOf(AuthnStatement, rules.now),
  };
}

function subjectOf({ _: subject, $: { Format } = {} }: z.infer<typeof SUBJECT_NAME>): string {
  if (Format === TRANSIENT)
    throw untrusted('The provider names people anew at each sign-in: let its NameID be persistent.');
  return subject;
}

function refuseElsewhere({ $: times, AudienceRestriction }: z.infer<typeof CONDITIONS>, rules: AssertionRules): void {
  refuseOutOf(times, rules.now);
  const audiences = AudienceRestriction.flatMap(({ Audience }) => Audience.map(textOf));
  if (audiences.length !== 1 || audiences[0] !== rules.entityId)
    throw untrusted('The assertion is for others (Audience).');
}

function occasionOf(
  statements: z.infer<typeof STATEMENTS> | undefined,
  now: Date,
): Pick<AssertionProof, 'provedAt' | 'providerSession'> {
  const { AuthnInstant: provedAt, SessionIndex: session } = statements?.[0]?.$ ?? {};
  // A moment that is still to come would count as fresh for as long.
  const at = provedAt === undefined ? null : new Date(Math.min(Date.parse(provedAt), now.getTime()));
  return { provedAt: at, providerSession: session ?? null };
}

/** As long as it is good and no longer than a day: the request that it answers counts once, and for ten minutes. */
function rememberedUntil(ends: readonly number[], now: Date): Date {
  return new Date(Math.min(Math.max(...ends) + 2 * MOST_SKEW_MS, now.getTime() + DAY_MS));
}

/** Whoever brings it may be who it is about: here, now, and for this request. @returns until when, milliseconds */
function confirm(confirmations: z.infer<typeof CONFIRMATIONS>, { acsUrl, requestId, now }: AssertionRules): number {
  const bearers = confirmations.filter(({ $: { Method } }) => Method === BEARER);
  const data = bearers[0]?.SubjectConfirmationData[0].$;
  if (data === undefined || bearers.length !== 1) throw untrusted('The assertion must have one bearer confirmation.');
  if (data.Recipient !== acsUrl) throw untrusted('The assertion was meant for another address (Recipient).');
  if (data.InResponseTo !== requestId) throw untrusted('The assertion answers another request (InResponseTo).');
  refuseOutOf(data, now);
  return Date.parse(data.NotOnOrAfter);
}

function refuseOutOf(
  { NotBefore: from, NotOnOrAfter: until }: { readonly NotBefore?: string | undefined; readonly NotOnOrAfter: string },
  now: Date,
): void {
  if (!(now.getTime() - MOST_SKEW_MS < Date.parse(until))) throw untrusted(`The assertion was good until ${until}.`);
  if (from !== undefined && !(now.getTime() + MOST_SKEW_MS >= Date.parse(from)))
    throw untrusted(`The assertion is good from ${from}.`);
}

/** Attributes that providers name by address, under the names that rules and pages use. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  email: [
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    'urn:oid:0.9.2342.19200300.100.1.3',
    'mail',
  ],
  name: [
    'http://schemas.microsoft.com/identity/claims/displayname',
    'urn:oid:2.16.840.1.113730.3.1.241',
    'displayName',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  ],
  groups: ['http://schemas.microsoft.com/ws/2008/06/identity/claims/groups', 'http://schemas.xmlsoap.org/claims/Group'],
};

function withUsualNames(attributes: Claims): Claims {
  const added = Object.entries(USUAL).flatMap(([usual, others]) => {
    const found = others.find((name) => Object.hasOwn(attributes, name));
    return found === undefined ? [] : [[usual, attributes[found]] as const];
  });
  return { ...Object.fromEntries(added), ...attributes };
}

const TEXT = z.union([
  z.string().min(1),
  z.object({ _: z.string().min(1), $: z.object({ Format: z.string().optional() }).optional() }),
]);
const SUBJECT_NAME = z.object({
  _: z.string().min(1).max(1_000),
  $: z.object({ Format: z.string().optional() }).optional(),
});
const TIMES = z.object({
  NotBefore: z.iso.datetime({ offset: true }).optional(),
  NotOnOrAfter: z.iso.datetime({ offset: true }),
});
const CONFIRMATIONS = z.array(
  z.object({
    $: z.object({ Method: z.string() }),
    SubjectConfirmationData: z.tuple([
      z.object({ $: TIMES.extend({ Recipient: z.string(), InResponseTo: z.string() }) }),
    ]),
  }),
);
const CONDITIONS = z.object({
  $: TIMES,
  AudienceRestriction: z.array(z.object({ Audience: z.array(TEXT) })),
});
const INSTANT = z.iso.datetime({ offset: true });
const STATEMENTS = z.array(
  z.object({ $: z.object({ AuthnInstant: INSTANT.optional(), SessionIndex: z.string().optional() }).optional() }),
);
/** Of xml2js: each element a list, attributes below `$`, text below `_`. */
const SIGNED = z.object({
  Assertion: z.object({
    $: z.object({ ID: z.string().min(1).max(1_000) }),
    Issuer: z.tuple([TEXT]),
    Subject: z.tuple([z.object({ NameID: z.tuple([SUBJECT_NAME]), SubjectConfirmation: CONFIRMATIONS })]),
    Conditions: z.tuple([CONDITIONS]),
    AuthnStatement: STATEMENTS.optional(),
  }),
});

function textOf(element: z.infer<typeof TEXT>): string {
  return typeof element === 'string' ? element : element._;
}

function untrusted(message: string): SignInError {
  return new SignInError('untrusted', message);
}
