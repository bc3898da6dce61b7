import type { Connection, Rule } from './connection.js';

/** What is entered of a connection, as texts. */
export interface Draft {
  readonly type: 'oidc' | 'saml';
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Empty: as it is. */
  readonly clientSecret: string;
  readonly scopes: string;
  readonly signInUrl: string;
  /** PEM, one after the other. */
  readonly certificates: string;
  readonly nameClaim: string;
  readonly emailClaim: string;
  readonly requiredClaims: readonly Rule[];
  readonly roleRules: readonly Rule[];
  /** Empty: nobody is let in without a rule. */
  readonly defaultRole: string;
  readonly jit: boolean;
  readonly discoverable: boolean;
  readonly idleMinutes: string;
  readonly absoluteMinutes: string;
  readonly privateRanges: string;
  readonly caBundle: string;
}

/** Nothing entered yet. */
export function emptyDraft(type: Draft['type'], isOfOrganization: boolean): Draft {
  return {
    ...{ type, name: '', issuer: '', clientId: '', clientSecret: '', scopes: 'openid profile email' },
    ...{ signInUrl: '', certificates: '', nameClaim: '', emailClaim: '', requiredClaims: [], roleRules: [] },
    ...{ defaultRole: isOfOrganization ? 'viewer' : '', jit: true, discoverable: false },
    ...{ idleMinutes: '', absoluteMinutes: '', privateRanges: '', caBundle: '' },
  };
}

/** A connection as it stands, to be changed. */
export function draftOf(connection: Connection): Draft {
  const { type, name, scopes, certificates, requiredClaims, roleRules, jit, discoverable = false } = connection;
  const { issuer, clientId, signInUrl, attributeMap, defaultRole, idleMinutes, absoluteMinutes, caBundle } = connection;
  return {
    ...{ type, name, roleRules, jit, discoverable, clientSecret: '' },
    issuer: textOf(issuer),
    clientId: textOf(clientId),
    scopes: scopes.join(' '),
    signInUrl: textOf(signInUrl),
    certificates: certificates.map(({ pem }) => pem.trim()).join('\n'),
    nameClaim: textOf(attributeMap.name),
    emailClaim: textOf(attributeMap.email),
    requiredClaims: requiredClaims.map((claim) => ({ ...claim, role: '' })),
    defaultRole: textOf(defaultRole),
    idleMinutes: textOf(idleMinutes),
    absoluteMinutes: textOf(absoluteMinutes),
    privateRanges: textOf(connection.privateRanges?.join('\n')),
    caBundle: textOf(caBundle),
  };
}

function textOf(value: string | number | null | undefined): string {
  return String(value ?? '');
}

/** What is asked to be stored; the shape of the plane reads it. */
export function settingsOf(draft: Draft, isOfOrganization: boolean): Readonly<Record<string, unknown>> {
  const { type, name, jit, clientSecret, roleRules, requiredClaims } = draft;
  return {
    type,
    name,
    jit,
    roleRules,
    issuer: orNull(draft.issuer),
    clientId: orNull(draft.clientId),
    ...(clientSecret === '' ? {} : { clientSecret }),
    scopes: wordsOf(draft.scopes),
    signInUrl: orNull(draft.signInUrl),
    certificates: draft.certificates.match(CERTIFICATE) ?? [],
    attributeMap: {
      ...(draft.nameClaim === '' ? {} : { name: draft.nameClaim }),
      ...(draft.emailClaim === '' ? {} : { email: draft.emailClaim }),
    },
    requiredClaims: requiredClaims.map(({ claim, value }) => ({ claim, value })),
    idleMinutes: numberOrNull(draft.idleMinutes),
    absoluteMinutes: numberOrNull(draft.absoluteMinutes),
    ...(isOfOrganization
      ? { defaultRole: orNull(draft.defaultRole), discoverable: draft.discoverable }
      : { privateRanges: wordsOf(draft.privateRanges), caBundle: orNull(draft.caBundle) }),
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** What is no number stays the text that it is, and is refused with its name. */
function numberOrNull(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
