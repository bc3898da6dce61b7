import type { SignInConnection } from '@rungate/run-task';
import { z } from 'zod';
import { PostgresError } from '../errors.js';
import type { Keyring } from '../keyring.js';
import { organizationOf } from './plane.js';
import { openSsoSecret } from './sso-secrets.js';

/** What the function `find_sign_in_connection` answers. */
export interface ConnectionRow {
  readonly connection: unknown;
  readonly client_secret: Buffer | null;
  /** Slug. */
  readonly organization: string | null;
  readonly is_issuer_shared: boolean;
}

/** Reads a connection as it is stored. @throws PostgresError `bad_row`, `unseal_failed` or `bad_key`. */
export function connectionOf(keyring: Keyring, row: ConnectionRow): SignInConnection {
  const parsed = STORED.safeParse(row.connection);
  if (!parsed.success) {
    throw new PostgresError('bad_row', 'A connection for sign-in has an unknown form.', { cause: parsed.error });
  }
  const stored = parsed.data;
  const { id, organization_id: organizationId } = stored;
  const place = { column: 'sso_connections.sealed_client_secret' as const, organizationId, id };
  return {
    id,
    organization: organizationOf(organizationId, row.organization),
    type: stored.type,
    name: stored.name,
    status: stored.status,
    development: stored.development,
    issuer: stored.issuer,
    clientId: stored.client_id,
    clientSecret: row.client_secret === null ? null : openSsoSecret(keyring, place, row.client_secret),
    scopes: stored.scopes,
    signInUrl: stored.sign_in_url,
    certificates: stored.certificates,
    privateRanges: stored.private_ranges,
    caBundle: stored.ca_bundle,
    attributeMap: stored.attribute_map,
    requiredClaims: stored.required_claims,
    roleRules: stored.role_rules,
    defaultRole: stored.default_role,
    jit: stored.jit,
    idleMinutes: stored.idle_minutes,
    absoluteMinutes: stored.absolute_minutes,
    isIssuerShared: row.is_issuer_shared,
    revision: stored.revision,
  };
}

const MATCH = z.object({ claim: z.string(), value: z.string() });
const STORED = z.object({
  id: z.string(),
  organization_id: z.string().nullable(),
  type: z.enum(['oidc', 'saml', 'link']),
  name: z.string(),
  status: z.enum(['draft', 'active', 'disabled']),
  development: z.boolean(),
  issuer: z.string().nullable(),
  client_id: z.string().nullable(),
  scopes: z.array(z.string()),
  sign_in_url: z.string().nullable(),
  certificates: z.array(z.string()),
  private_ranges: z.array(z.string()),
  ca_bundle: z.string().nullable(),
  attribute_map: z.object({ name: z.string().optional(), email: z.string().optional() }),
  required_claims: z.array(MATCH),
  role_rules: z.array(MATCH.extend({ role: z.string() })),
  default_role: z.string().nullable(),
  jit: z.boolean(),
  idle_minutes: z.number().nullable(),
  absolute_minutes: z.number().nullable(),
  revision: z.number(),
});
