import type { Clock, Ids, Organization, OrganizationSettings, PutOrganization } from '@rungate/run-task';
import { auditStatement } from './audit-events.js';
import { newGrantDataKey, newHmacDataKey, type DataKey } from './data-keys.js';
import type { Keyring } from './keyring.js';

import type { Statement } from './statement.js';

/** What rows of new things are made with. */
export interface NewRowPorts {
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** An organization that does not exist yet, and the statements that make it. */
export interface NewOrganization {
  readonly stored: Organization;
  /** Seals the HMAC keys of its run tasks. */
  readonly dataKey: DataKey;
  readonly statements: readonly Statement[];
}

/** Everything of a new organization is computed before its first statement leaves. */
export function newOrganization(
  ports: NewRowPorts,
  { slug, settings, scope, by }: Pick<PutOrganization, 'slug' | 'settings' | 'scope' | 'by'>,
): NewOrganization {
  const { keyring, ids, clock } = ports;
  const organizationId = ids.next();
  const managedBy = scope.kind === 'partner' ? scope.managedBy : null;
  const identity = {
    id: organizationId,
    slug,
    state: 'active' as const,
    createdAt: clock.now(),
    managedBy,
    revision: 1,
    purgeAt: null,
    viewsAllowed: true,
    intakePause: null,
  };
  const stored = { ...settings, ...identity };
  const dataKey = newHmacDataKey(keyring, organizationId, ids.next());
  const grant = newGrantDataKey(keyring, organizationId, ids.next());
  const event = {
    organizationId,
    by,
    action: 'organization.created' as const,
    subject: { kind: 'organization', name: slug },
    before: null,
    after: { ...settings, managedBy },
  };
  return {
    stored,
    dataKey,
    statements: [insertOrganization(stored), insertDataKeys(dataKey, grant), auditStatement(ids, event)],
  };
}

function insertOrganization(organization: Organization): Statement {
  const { id, slug, state, createdAt, managedBy, revision } = organization;
  const settings: OrganizationSettings = organization;
  const { displayName, tags, weight, maxInFlight, retentionDays, inputRetentionDays } = settings;
  return {
    name: 'insert-organization',
    text: `
      INSERT INTO organizations (id, slug, display_name, tags, weight, max_in_flight, retention_days,
        input_retention_days, state, created_at, managed_by, revision)
      VALUES ($1::uuid, $2::text, $3::text, $4::text[], $5::int, $6::int, $7::int, $8::int, $9::text,
        $10::timestamptz, $11::text, $12::int)`,
    values: [
      id,
      slug,
      displayName,
      tags,
      weight,
      maxInFlight,
      retentionDays,
      inputRetentionDays,
      state,
      createdAt,
      managedBy,
      revision,
    ],
  };
}

function insertDataKeys(hmac: DataKey, grant: DataKey & { readonly publicKey: Buffer }): Statement {
  return {
    name: 'insert-data-keys',
    text: `
      INSERT INTO data_keys (organization_id, id, purpose, wrapped, public_key)
      VALUES ($1::uuid, $2::uuid, 'hmac', $3::bytea, NULL), ($1::uuid, $4::uuid, 'grant', $5::bytea, $6::bytea)`,
    values: [hmac.organizationId, hmac.id, hmac.wrapped, grant.id, grant.wrapped, grant.publicKey],
  };
}
