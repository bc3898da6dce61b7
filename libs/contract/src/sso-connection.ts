import { ORGANIZATION_ROLES, PLATFORM_ROLES } from '@rungate/access';
import { z } from 'zod';
import { moment, name, text } from './fields.js';
import { organizationPath } from './organization.js';
import { pagingQuery } from './paging.js';

/** Certificates that count at once: one, and the one that replaces it. */
const MOST_CERTIFICATES = 2;
const MOST_RULES = 100;
const MINUTES = { idle: [5, 480], absolute: [15, 1_440] } as const;

const claim = z
  .string()
  .min(1)
  .max(300)
  .meta({ description: 'Name of a claim or attribute, or a path with dots: `groups`, `realm_access.roles`.' });
const match = z.strictObject({ claim, value: z.string().min(1).max(300) });

const common = {
  type: z.enum(['oidc', 'saml']),
  name: z.string().min(1).max(100).meta({ description: 'As people see it when they sign in.' }),
  issuer: text.nullable().default(null).meta({
    description: 'OIDC: the issuer, to the letter. SAML: the entity id of the provider.',
  }),
  clientId: text.nullable().default(null).meta({ description: 'OIDC.' }),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'Must be a scope of OAuth.'))
    .max(20)
    .readonly()
    .default(['openid', 'profile', 'email'])
    .meta({ description: 'OIDC; `openid` must be among them.' }),
  signInUrl: text.nullable().default(null).meta({ description: 'SAML: where requests go (HTTP-Redirect).' }),
  certificates: z
    .array(z.string().max(16_384))
    .max(MOST_CERTIFICATES, 'Two certificates count at once: the present one and its successor.')
    .readonly()
    .default([])
    .meta({ description: 'SAML: what the provider signs with, in PEM.' }),
  attributeMap: z
    .strictObject({ name: claim.optional(), email: claim.optional() })
    .default({})
    .meta({ description: 'Which claims people are shown by.' }),
  requiredClaims: z
    .array(match)
    .max(20)
    .readonly()
    .default([])
    .meta({ description: 'All must hold. Needed where the provider serves others as well.' }),
  jit: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether people who were never here become members by signing in.' }),
  idleMinutes: z
    .int()
    .min(MINUTES.idle[0])
    .max(MINUTES.idle[1])
    .nullable()
    .default(null)
    .meta({ description: 'Shorter than the usual, never longer.' }),
  absoluteMinutes: z.int().min(MINUTES.absolute[0]).max(MINUTES.absolute[1]).nullable().default(null),
};
const secret = {
  clientSecret: z
    .string()
    .min(1)
    .max(1_000)
    .nullable()
    .optional()
    .meta({ description: 'OIDC. Never shown again; absent: as it is; null: none.' }),
};

const rule = match.extend({ role: z.enum(ORGANIZATION_ROLES) });
const platformRule = match.extend({ role: z.enum(PLATFORM_ROLES) });
const ofOrganization = {
  roleRules: z
    .array(rule)
    .max(MOST_RULES)
    .readonly()
    .default([])
    .meta({ description: 'The first that matches counts.' }),
  defaultRole: z
    .enum(ORGANIZATION_ROLES)
    .nullable()
    .default('viewer')
    .meta({ description: 'Of whom no rule matches; null: nobody is let in without one.' }),
  discoverable: z.boolean().default(false).meta({
    description:
      "Found by the organization's address and by a proven e-mail domain: everybody can learn that it signs in here.",
  }),
};
const ofPlatform = {
  roleRules: z.array(platformRule).max(MOST_RULES).readonly().default([]).meta({
    description: 'The first that matches counts; without one nobody is let in.',
  }),
  privateRanges: z
    .array(z.union([z.cidrv4(), z.cidrv6()], 'Must be a network such as 10.20.0.0/16.'))
    .max(50)
    .readonly()
    .default([])
    .meta({
      description: 'Private networks that the host of the issuer may lead to, each within RUNGATE_EGRESS_CIDRS.',
    }),
  caBundle: z.string().max(65_536).nullable().default(null).meta({
    description: 'PEM of certificate authorities to trust for the issuer besides the usual ones.',
  }),
};

/** What an organization's connection is to be. */
export const ssoSettings = z.strictObject({ ...common, ...secret, ...ofOrganization }).meta({ id: 'SsoSettings' });
/** What a connection of the platform is to be. */
export const platformSsoSettings = z
  .strictObject({ ...common, ...secret, ...ofPlatform })
  .meta({ id: 'PlatformSsoSettings' });

/** What a SAML provider published: one of the two. */
export const ssoMetadata = z
  .strictObject({
    xml: z.string().min(1).max(524_288).optional(),
    url: text.optional().meta({ description: 'Read now, by the rules of every request that leaves Rungate.' }),
  })
  .refine(({ xml, url }) => (xml === undefined) !== (url === undefined), {
    message: 'Must have either xml or url.',
    path: ['url'],
  })
  .meta({ id: 'SsoMetadata' });

/** Where the browser comes back to after a test. */
export const ssoTestBody = z
  .strictObject({ returnPath: text.default('/').meta({ description: 'A path of the console.' }) })
  .meta({ id: 'SsoTestStart' });
/** Where the browser goes for the test; the answer sets a cookie, so that it must be asked by that browser. */
export const ssoTestStart = z
  .object({
    location: text.meta({
      description:
        'At the provider, or `returnPath` where the provider could not be asked: what came of it is in `test` of the connection.',
    }),
  })
  .meta({ id: 'SsoTestStarted' });

/** What is activated: the settings that somebody looked at. */
export const ssoActivation = z
  .strictObject({
    revision: z.int().min(1).meta({ description: 'Of the connection as it was shown; another is 412.' }),
  })
  .meta({ id: 'SsoActivation' });

const finding = z.object({
  level: z.enum(['ok', 'warning', 'failed']),
  says: text,
  remedy: text.nullable().meta({ description: 'What to do about it.' }),
});

/** What came of a sign-in that was made to try a connection. */
export const ssoTest = z
  .object({
    at: moment,
    by: text,
    passed: z.boolean(),
    findings: z.array(finding).readonly(),
    person: z
      .object({ subject: text, name: text, email: text.nullable() })
      .nullable()
      .meta({ description: 'Whom the provider vouched for; null when it did not come to that.' }),
    role: text.nullable().meta({ description: 'What this person would be.' }),
    claims: z
      .array(z.object({ name: text, values: z.array(text).readonly() }))
      .readonly()
      .meta({ description: 'Everything that arrived, shortened where it is long.' }),
    rules: z.array(z.object({ claim: text, value: text, role: text, matched: z.boolean() })).readonly(),
  })
  .meta({ id: 'SsoTest' });

const certificate = z.object({
  pem: z.string(),
  sha256: text.meta({ description: 'Fingerprint, as providers show it.' }),
  subject: text,
  validFrom: moment,
  validUntil: moment,
  daysLeft: z.int().meta({ description: 'Negative when it is over.' }),
});

const shown = {
  id: text,
  status: z.enum(['draft', 'active', 'disabled']).meta({ description: 'People sign in through an active one alone.' }),
  development: z.boolean(),
  fromEnvironment: z
    .boolean()
    .meta({ description: 'Set by `RUNGATE_SSO_OIDC_…` at each start; a request to change it is refused with 409.' }),
  hasClientSecret: z.boolean(),
  certificates: z.array(certificate).readonly(),
  metadataUrl: text
    .nullable()
    .meta({ description: 'Where the metadata was read last; while it is active, again each day.' }),
  offered: z
    .object({ certificates: z.array(certificate).readonly(), seenAt: moment })
    .nullable()
    .meta({
      description:
        'Certificates of the metadata that no certificate in use signed for. They count when somebody who compared them puts them into `certificates`.',
    }),
  provider: z
    .object({
      redirectUri: text,
      afterLogoutUri: text,
      backChannelLogoutUri: text,
      entityId: text.meta({ description: 'Also the address of our metadata.' }),
      acsUrl: text,
      signInUrl: text.meta({ description: 'Where a sign-in through it begins.' }),
    })
    .meta({ description: 'What the provider is to be told: the first three for OIDC, the next two for SAML.' }),
  test: ssoTest.nullable().meta({ description: 'The last one, whatever the settings were.' }),
  isTested: z.boolean().meta({ description: 'The settings as they are passed a test: it can be activated.' }),
  warnings: z
    .array(
      z.object({
        kind: z.enum([
          'certificate-expires',
          'certificate-expired',
          'certificate-offered',
          'untested',
          'shared-issuer',
        ]),
        says: text,
      }),
    )
    .readonly(),
  createdAt: moment,
  activatedAt: moment.nullable(),
  revision: z.int().meta({ description: 'Raised by every change.' }),
};

/** A connection of an organization. */
export const ssoConnection = z
  .object({ organization: name, ...common, ...ofOrganization, ...shown })
  .meta({ id: 'SsoConnection' });
/** A connection of the platform. */
export const platformSsoConnection = z
  .object({ ...common, ...ofPlatform, ...shown })
  .meta({ id: 'PlatformSsoConnection' });

/** Path of one connection of an organization. */
export const ssoConnectionPath = organizationPath.extend({ id: text });
/** Query of the lists. */
export const ssoConnectionQuery = z.strictObject(pagingQuery);

/** A link by which somebody sets up one thing for an organization. */
export const newPortalLink = z
  .strictObject({
    intent: z.enum(['sso']).meta({ description: '`sso`: to set up one draft of a connection.' }),
    connectionId: text.optional().meta({ description: 'A draft of the organization; absent: a new one is made.' }),
    ttlMinutes: z.int().min(5).max(10_080).default(15).meta({ description: 'How long the link may be opened, once.' }),
  })
  .meta({ id: 'NewPortalLink' });
/** The answer that holds the link. */
export const portalLink = z
  .object({
    id: text,
    intent: z.enum(['sso']),
    connectionId: text,
    link: text.meta({ description: 'Shown this once. What follows its # is sent by a click alone.' }),
    expiresAt: moment,
  })
  .meta({ id: 'PortalLink' });

/** What an organization's connection is to be. */
export type SsoSettingsBody = z.output<typeof ssoSettings>;
/** What a connection of the platform is to be. */
export type PlatformSsoSettingsBody = z.output<typeof platformSsoSettings>;
/** A connection of an organization. */
export type SsoConnectionBody = z.output<typeof ssoConnection>;
/** A connection of the platform. */
export type PlatformSsoConnectionBody = z.output<typeof platformSsoConnection>;
/** What came of a test. */
export type SsoTestBody = z.output<typeof ssoTest>;
/** The answer that holds a link. */
export type PortalLinkBody = z.output<typeof portalLink>;
