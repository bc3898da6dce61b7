import { randomBytes } from 'node:crypto';
import type { SignInChoice } from '@rungate/api';
import type { PersonaPlane } from '@rungate/dev-idp';
import type { Config } from '@rungate/config';
import type { Postgres } from '@rungate/postgres';
import type { Actor, DesiredConnection, OrganizationStore } from '@rungate/run-task';
import type { Cleanup } from './cleanup.js';

/** What the development sign-in is made of. */
export interface DevelopmentOptions {
  readonly config: Pick<Config, 'publicUrl'>;
  readonly postgres: Pick<Postgres, 'connections' | 'organizations'>;
  readonly cleanup: Cleanup;
}

/** Nobody asked for these. */
const RUNGATE: Actor = { kind: 'system', id: null, name: 'rungate', role: 'system', address: null };

/** Rows of their own, the same at every start: their people stay who they are. */
const CONNECTIONS: Readonly<Record<PersonaPlane, string>> = {
  platform: '00000000-0000-7000-8000-0000000000d0',
  acme: '00000000-0000-7000-8000-0000000000d1',
  globex: '00000000-0000-7000-8000-0000000000d2',
};
const PLATFORM_RULES = [
  { claim: 'groups', value: 'rungate-owners', role: 'owner' },
  { claim: 'groups', value: 'rungate-operators', role: 'operator' },
];
const ORGANIZATION_RULES = [{ claim: 'groups', value: 'rungate-admins', role: 'admin' }];

/**
 * Starts the development identity provider and brings its connections to it: ordinary rows, marked as development. They lead
 * into organizations that exist.
 * @returns its people, as `/login` offers them.
 */
export async function startDevelopmentSignIn(options: DevelopmentOptions): Promise<readonly SignInChoice[]> {
  const { PERSONAS, startDevelopmentProvider } = await import('@rungate/dev-idp');
  const { config, postgres, cleanup } = options;
  const found = await planesOf(postgres.organizations);
  const clients = [...found].map(([plane, organizationId]) => ({
    id: CONNECTIONS[plane],
    secret: randomBytes(32).toString('base64url'),
    plane,
    organizationId,
    publicUrl: config.publicUrl,
  }));
  const provider = await startDevelopmentProvider(clients);
  cleanup.defer('the development identity provider', () => provider.close());
  for (const { id, secret, organizationId } of clients) {
    await postgres.connections.save(connectionTo(provider.issuer, { id, secret, organizationId }), RUNGATE);
  }
  return PERSONAS.filter(({ plane }) => found.has(plane)).map(({ id, name, plane }) => ({
    label: name,
    href: `/auth/c/${CONNECTIONS[plane]}/login?hint=${id}`,
  }));
}

async function planesOf(organizations: OrganizationStore): Promise<ReadonlyMap<PersonaPlane, string | null>> {
  const planes = new Map<PersonaPlane, string | null>([['platform', null]]);
  for (const slug of ['acme', 'globex'] as const) {
    const organization = await organizations.find({ kind: 'platform' }, slug);
    if (organization !== null) planes.set(slug, organization.id);
  }
  return planes;
}

function connectionTo(
  issuer: string,
  {
    id,
    secret,
    organizationId,
  }: { readonly id: string; readonly secret: string; readonly organizationId: string | null },
): DesiredConnection {
  return {
    id,
    organizationId,
    type: 'oidc',
    name: 'Development sign-in',
    status: 'active',
    development: true,
    issuer,
    clientId: id,
    clientSecret: secret,
    scopes: ['openid', 'profile', 'email', 'groups'],
    signInUrl: null,
    certificates: [],
    privateRanges: [],
    caBundle: null,
    attributeMap: {},
    // Three connections share the provider, each with people of its own.
    requiredClaims: [],
    roleRules: organizationId === null ? PLATFORM_RULES : ORGANIZATION_RULES,
    defaultRole: organizationId === null ? null : 'viewer',
    jit: true,
    idleMinutes: null,
    absoluteMinutes: null,
  };
}
