import { createHash } from 'node:crypto';
import type { ConnectionSettings, ConnectionTest, ManagedConnection } from '@rungate/run-task';
import { z } from 'zod';
import { PostgresError } from '../errors.js';
import type { Prisma } from '../generated/client.js';

/** What is read of a connection: everything but its secret. */
export const SHOWN = {
  id: true,
  type: true,
  name: true,
  status: true,
  development: true,
  issuer: true,
  clientId: true,
  scopes: true,
  metadataUrl: true,
  signInUrl: true,
  certificates: true,
  privateRanges: true,
  caBundle: true,
  attributeMap: true,
  requiredClaims: true,
  roleRules: true,
  defaultRole: true,
  jit: true,
  idleMinutes: true,
  absoluteMinutes: true,
  discoverable: true,
  hasClientSecret: true,
  test: true,
  testedAt: true,
  activatedAt: true,
  offeredCertificates: true,
  offeredAt: true,
  createdAt: true,
  revision: true,
} as const satisfies Prisma.SsoConnectionSelect;

/** A row with those columns. */
export type ShownRow = Prisma.SsoConnectionGetPayload<{ select: typeof SHOWN }>;

/** Reads a connection as it is stored. @throws PostgresError `bad_row` */
export function managedConnectionOf(row: ShownRow): ManagedConnection {
  const { id, name, issuer, clientId, scopes, metadataUrl, signInUrl, privateRanges, caBundle } = row;
  const { development, defaultRole, jit, idleMinutes, absoluteMinutes, discoverable, hasClientSecret } = row;
  const { testedAt, activatedAt, createdAt, revision, offeredAt } = row;
  const parsed = STORED.safeParse(row);
  if (!parsed.success)
    throw new PostgresError('bad_row', 'A connection for sign-in has an unknown form.', { cause: parsed.error });
  const { offeredCertificates, ...stored } = parsed.data;
  return {
    ...{ id, name, issuer, clientId, scopes, metadataUrl, signInUrl, privateRanges, caBundle },
    ...{ development, defaultRole, jit, idleMinutes, absoluteMinutes, discoverable },
    ...{ testedAt, activatedAt, createdAt, revision },
    hasClientSecret: hasClientSecret === true,
    offered:
      offeredCertificates === null || offeredAt === null
        ? null
        : { certificates: offeredCertificates, seenAt: offeredAt },
    ...stored,
  };
}

/** Settings as the audit trail shows them: certificates by their fingerprint. */
export function auditedSettings(settings: ConnectionSettings): Readonly<Record<keyof ConnectionSettings, unknown>> {
  return { ...settings, certificates: settings.certificates.map(certificateName) };
}

/** What the audit trail calls a certificate. */
export function certificateName(pem: string): string {
  return createHash('sha256').update(pem).digest('hex').slice(0, 8);
}

/** The report of a test as it is stored. */
export function storedTest(test: ConnectionTest): object {
  return { ...test, at: test.at.toISOString() };
}

const MATCH = z.object({ claim: z.string(), value: z.string() });
const TEST = z.object({
  at: z.iso.datetime().transform((written) => new Date(written)),
  by: z.string(),
  passed: z.boolean(),
  findings: z.array(
    z.object({ level: z.enum(['ok', 'warning', 'failed']), says: z.string(), remedy: z.string().nullable() }),
  ),
  person: z.object({ subject: z.string(), name: z.string(), email: z.string().nullable() }).nullable(),
  role: z.string().nullable(),
  claims: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  rules: z.array(MATCH.extend({ role: z.string(), matched: z.boolean() })),
});
const STORED = z.object({
  type: z.enum(['oidc', 'saml']),
  status: z.enum(['draft', 'active', 'disabled']),
  certificates: z.array(z.string()),
  offeredCertificates: z.array(z.string()).nullable(),
  attributeMap: z.object({ name: z.string().optional(), email: z.string().optional() }),
  requiredClaims: z.array(MATCH),
  roleRules: z.array(MATCH.extend({ role: z.string() })),
  test: TEST.nullable(),
});
