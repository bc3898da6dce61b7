import type { Problem } from './errors.js';
import type { ClaimValue } from './formats.js';
import type { Environment } from './raw-values.js';
import type { SecretText } from './secret-text.js';
import type { Values } from './variables.js';

/** The connection of the platform that the environment sets. */
export interface EnvironmentSso {
  /** To the letter. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: SecretText | null;
  readonly scopes: readonly string[];
  readonly groupClaim: string;
  readonly ownerGroups: readonly string[];
  readonly operatorGroups: readonly string[];
  readonly requiredClaims: readonly ClaimValue[];
  readonly privateRanges: readonly string[];
}

/** Null when none is set. The rules hold by then: with an issuer there are a client id and owners. */
export function environmentSso(values: Values): EnvironmentSso | null {
  const { RUNGATE_SSO_OIDC_ISSUER: issuer, RUNGATE_SSO_OIDC_CLIENT_ID: clientId } = values;
  if (issuer === undefined || clientId === undefined) return null;
  return {
    issuer,
    clientId,
    clientSecret: values.RUNGATE_SSO_OIDC_CLIENT_SECRET ?? null,
    scopes: values.RUNGATE_SSO_OIDC_SCOPES,
    groupClaim: values.RUNGATE_SSO_OIDC_GROUP_CLAIM,
    ownerGroups: values.RUNGATE_SSO_OIDC_OWNER_GROUPS ?? [],
    operatorGroups: values.RUNGATE_SSO_OIDC_OPERATOR_GROUPS ?? [],
    requiredClaims: values.RUNGATE_SSO_OIDC_REQUIRED_CLAIMS ?? [],
    privateRanges: values.RUNGATE_SSO_OIDC_PRIVATE_RANGES ?? [],
  };
}

const WITH_ISSUER = ['RUNGATE_SSO_OIDC_CLIENT_ID', 'RUNGATE_SSO_OIDC_OWNER_GROUPS'] as const;
const OF_ISSUER = [
  ...WITH_ISSUER,
  'RUNGATE_SSO_OIDC_CLIENT_SECRET',
  'RUNGATE_SSO_OIDC_OPERATOR_GROUPS',
  'RUNGATE_SSO_OIDC_REQUIRED_CLAIMS',
  'RUNGATE_SSO_OIDC_PRIVATE_RANGES',
] as const;
/** Issuers of Entra that stand for all of its tenants. */
const ENTRA_FOR_ALL =
  /^https:\/\/(login\.microsoftonline\.com|sts\.windows\.net)\/(common|organizations|consumers)(\/|$)/i;

/** What the rules look at. */
interface SsoSituation {
  readonly values: Values;
  readonly env: Environment;
  readonly development: boolean;
}

/** What is missing for it, too much without it, or less safe than it looks. */
export function ssoProblems({ values, env, development }: SsoSituation): readonly Problem[] {
  const { RUNGATE_SSO_OIDC_ISSUER: issuer } = values;
  // One that could not be read was spoken of.
  if (issuer === undefined && (env.RUNGATE_SSO_OIDC_ISSUER ?? '') !== '') return [];
  if (issuer === undefined) {
    return OF_ISSUER.filter((variable) => values[variable] !== undefined).map((variable) => ({
      variable,
      text: 'is set without RUNGATE_SSO_OIDC_ISSUER; set that too, or remove it',
    }));
  }
  const missing = WITH_ISSUER.filter((variable) => values[variable] === undefined).map((variable) => ({
    variable,
    text: `is needed with RUNGATE_SSO_OIDC_ISSUER; set it, for example ${EXAMPLES[variable]}`,
  }));
  return [...missing, ...issuerProblems(issuer, development)];
}

const EXAMPLES = { RUNGATE_SSO_OIDC_CLIENT_ID: 'rungate', RUNGATE_SSO_OIDC_OWNER_GROUPS: 'rungate-owners' } as const;

function issuerProblems(issuer: string, development: boolean): readonly Problem[] {
  const variable = 'RUNGATE_SSO_OIDC_ISSUER';
  if (!development && !issuer.startsWith('https:'))
    return [{ variable, text: 'must be an https address outside development' }];
  if (!ENTRA_FOR_ALL.test(issuer)) return [];
  const text =
    "stands for all tenants of Entra; use your tenant's own: https://login.microsoftonline.com/<tenant id>/v2.0";
  return [{ variable, text }];
}
