import { isEntraForEverybody } from '@rungate/access';
import type { Violation } from '@rungate/contract';
import { parseUrl } from '@rungate/egress';
import type { ConnectionSettings, DesiredSettings, ManagedConnection } from '@rungate/run-task';
import type { ApiOptions } from '../options.js';
import { reachViolations } from '../origin/grant-violations.js';
import { certificateFault, readCertificate } from './certificates.js';

type Surroundings = Pick<ApiOptions, 'development' | 'grantableRanges'>;

/** What of the settings could never work, or would be less safe than they look. A draft may leave out what it lacks. */
export function settingsViolations(
  { settings, clientSecret }: DesiredSettings,
  around: Surroundings,
): readonly Violation[] {
  const { type, privateRanges, caBundle } = settings;
  const own = type === 'oidc' ? oidcViolations(settings, around) : samlViolations(settings, clientSecret, around);
  return [...own, ...reachViolations({ privateRanges, caBundle }, around)];
}

/** Certificates as they are stored, one spelling each; those that are none stay to be refused. */
export function withReadCertificates(desired: DesiredSettings): DesiredSettings {
  const { settings } = desired;
  const certificates = settings.certificates.map((written) => readCertificate(written)?.toString() ?? written);
  return { ...desired, settings: { ...settings, certificates } };
}

/** What an active connection is told by: people would be somebody else, or wait at another door. */
export function fixedViolations(stored: ManagedConnection, desired: ConnectionSettings): readonly Violation[] {
  if (stored.status !== 'active') return [];
  const fixed = (['type', 'issuer', 'clientId', 'signInUrl'] as const).filter(
    (field) => stored[field] !== desired[field],
  );
  const detail = 'Stays while the connection is active. Make another connection, test it, and disable this one.';
  return [
    ...fixed.map((field) => ({ pointer: `/${field}`, detail })),
    ...(stored.type === 'saml' && desired.certificates.length === 0
      ? [{ pointer: '/certificates', detail: 'An active connection needs one.' }]
      : []),
  ];
}

function oidcViolations(settings: ConnectionSettings, { development }: Surroundings): readonly Violation[] {
  const { issuer, scopes, signInUrl, certificates } = settings;
  return [
    ...(issuer === null ? [] : issuerViolations(issuer, development)),
    ...(scopes.includes('openid') ? [] : [{ pointer: '/scopes', detail: 'Must hold openid.' }]),
    ...(signInUrl === null ? [] : [{ pointer: '/signInUrl', detail: 'Is of SAML alone.' }]),
    ...(certificates.length === 0 ? [] : [{ pointer: '/certificates', detail: 'Are of SAML alone.' }]),
  ];
}

function issuerViolations(issuer: string, development: boolean): readonly Violation[] {
  if (isEntraForEverybody(issuer)) {
    const detail =
      "Stands for all tenants of Entra. Use your tenant's own: https://login.microsoftonline.com/<tenant id>/v2.0";
    return [{ pointer: '/issuer', detail }];
  }
  return urlViolations('/issuer', issuer, development);
}

function samlViolations(
  { clientId, signInUrl, certificates }: ConnectionSettings,
  clientSecret: DesiredSettings['clientSecret'],
  { development }: Surroundings,
): readonly Violation[] {
  const hasSecret = clientSecret !== undefined && clientSecret !== null;
  return [
    ...(clientId === null ? [] : [{ pointer: '/clientId', detail: 'Is of OIDC alone.' }]),
    ...(hasSecret ? [{ pointer: '/clientSecret', detail: 'Is of OIDC alone.' }] : []),
    ...(signInUrl === null ? [] : urlViolations('/signInUrl', signInUrl, development)),
    ...certificates.flatMap((written, index) => {
      const certificate = readCertificate(written);
      const detail = certificate === null ? 'Must be one certificate in PEM.' : certificateFault(certificate);
      return detail === null ? [] : [{ pointer: `/certificates/${index}`, detail }];
    }),
  ];
}

/** Any port: whether it may be reached is for egress to say, when it is. */
function urlViolations(pointer: string, url: string, development: boolean): readonly Violation[] {
  const port = Number(/^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(url)?.[1] ?? 443);
  const parsed = parseUrl(url, { development, ports: [port] });
  return parsed.ok ? [] : [{ pointer, detail: `The address ${parsed.reason}.` }];
}
