import { proofOf, type AssertionProof } from './assertion.js';

const RULES = {
  issuer: 'urn:example:provider',
  entityId: 'https://rungate.example.com/auth/c/1/metadata',
  acsUrl: 'https://rungate.example.com/auth/c/1/acs',
  requestId: '_1',
  now: new Date('2026-11-22T12:00:00Z'),
};
const LATER = '2026-11-22T12:05:00Z';

interface Said {
  readonly format?: string;
  readonly provedAt?: string;
  readonly audiences?: readonly string[];
  readonly until?: string;
  readonly confirmations?: number;
}

function proofWhen({
  format,
  provedAt = LATER,
  audiences = [RULES.entityId],
  until = LATER,
  confirmations = 1,
}: Said): AssertionProof {
  const data = { $: { Recipient: RULES.acsUrl, InResponseTo: '_1', NotOnOrAfter: until } };
  const confirmation = { $: { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' }, SubjectConfirmationData: [data] };
  const subject = {
    NameID: [{ _: 'vik', $: { Format: format } }],
    SubjectConfirmation: Array.from({ length: confirmations }, () => confirmation),
  };
  const signed = {
    Assertion: {
      $: { ID: '_a' },
      Issuer: [RULES.issuer],
      Subject: [subject],
      Conditions: [{ $: { NotOnOrAfter: until }, AudienceRestriction: [{ Audience: audiences }] }],
      AuthnStatement: [{ $: { AuthnInstant: provedAt } }],
    },
  };
  return proofOf(signed, {}, RULES);
}

describe('a signed assertion', () => {
  it('proves nobody at a moment that is still to come', () => {
    expect(proofWhen({}).provedAt).toEqual(RULES.now);
    expect(proofWhen({ provedAt: '2026-11-22T11:59:00Z' }).provedAt).toEqual(new Date('2026-11-22T11:59:00Z'));
  });

  it('is remembered for a day at most, however long it says that it is good', () => {
    expect(proofWhen({ until: '2126-11-22T12:00:00Z' }).usableUntil).toEqual(new Date('2026-11-23T12:00:00Z'));
  });

  it.each([
    ['names somebody anew each time', { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }, 'anew'],
    ['is for others as well', { audiences: [RULES.entityId, 'https://other.example.com'] }, 'Audience'],
    ['ended more than a minute ago', { until: '2026-11-22T11:59:00Z' }, 'was good until'],
    ['is confirmed twice', { confirmations: 2 }, 'one bearer confirmation'],
  ])('does not count when it %s', (_what, said, why) => {
    expect(() => proofWhen(said)).toThrow(why);
  });
});
