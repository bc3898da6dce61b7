import { LIMITS, type Actor, type Ids, type OriginRecord, type StoredOrigin } from '@rungate/run-task';
import { auditStatement, only } from './audit-events.js';
import type { Prisma, TerraformOrigin } from './generated/client.js';
import type { Statement } from './statement.js';
import { oneOf } from './stored.js';

type Tx = Prisma.TransactionClient;

/** What is stored of an origin, as JSON in a statement over `terraform_origins o`; the shape of `OriginRecord`. */
export const ORIGIN_JSON = `jsonb_build_object('origin', o.origin, 'state', o.state, 'privateRanges', o.private_ranges, 'caBundle', o.ca_bundle)`;

/** Fields of an origin that a PUT sets. */
export const ORIGIN_FIELDS = ['state', 'privateRanges', 'caBundle'] as const satisfies readonly (keyof OriginRecord)[];

/** An origin that is to be stored as it is given. */
export interface PlacedOrigin {
  readonly organizationId: string;
  readonly desired: OriginRecord;
  readonly current: StoredOrigin | null;
  readonly changed: readonly (typeof ORIGIN_FIELDS)[number][];
  readonly by: Actor;
}

/** The origin that a row holds. @throws PostgresError `bad_row` */
export function originOf(row: TerraformOrigin): StoredOrigin {
  const { origin, privateRanges, caBundle, requestedBy, requestedAt, decidedBy, decidedAt, revision } = row;
  const state = oneOf(['pending', 'approved', 'refused'], row.state);
  return { origin, state, privateRanges, caBundle, requestedBy, requestedAt, decidedBy, decidedAt, revision };
}

/** Origins of an organization by their names. */
export async function findOrigins(
  tx: Tx,
  organizationId: string,
  origins: readonly string[],
): Promise<readonly StoredOrigin[]> {
  const rows = await tx.terraformOrigin.findMany({ where: { organizationId, origin: { in: [...origins] } } });
  return rows.map(originOf);
}

/** Writes an origin with its audit event. */
export function originStatements(
  ids: Ids,
  { organizationId, desired, current, changed, by }: PlacedOrigin,
): readonly Statement[] {
  const event = {
    organizationId,
    by,
    action: actionOf(current, desired),
    subject: { kind: 'origin', name: desired.origin },
    before: current === null ? null : only(current, changed),
    after: only(desired, changed),
  };
  return [placeOrigin(organizationId, desired, by), auditStatement(ids, event)];
}

function placeOrigin(
  organizationId: string,
  { origin, state, privateRanges, caBundle }: OriginRecord,
  by: Actor,
): Statement {
  const decidedBy = state === 'pending' ? null : by.name;
  return {
    name: 'place-origin',
    text: `
      INSERT INTO terraform_origins AS o (organization_id, origin, state, private_ranges, ca_bundle, requested_by,
        decided_by, decided_at)
      VALUES ($1::uuid, $2::text, $3::text, $4::text[], $5::text, $6::text, $7::text,
        CASE WHEN $7::text IS NULL THEN NULL ELSE now() END)
      ON CONFLICT (organization_id, origin) DO UPDATE
      SET state = excluded.state, private_ranges = excluded.private_ranges, ca_bundle = excluded.ca_bundle,
          decided_by = coalesce(excluded.decided_by, o.decided_by),
          decided_at = coalesce(excluded.decided_at, o.decided_at), revision = o.revision + 1`,
    values: [organizationId, origin, state, privateRanges, caBundle, by.name, decidedBy],
  };
}

function actionOf(
  current: StoredOrigin | null,
  { state }: OriginRecord,
): `origin.${'requested' | 'approved' | 'refused' | 'changed'}` {
  if (current?.state === state) return 'origin.changed';
  return state === 'pending' ? 'origin.requested' : `origin.${state}`;
}

/** Whether an organization may have that many origins more. */
export async function hasRoomForOrigins(tx: Tx, organizationId: string, more: number): Promise<boolean> {
  if (more === 0) return true;
  return (await tx.terraformOrigin.count({ where: { organizationId } })) + more <= LIMITS.origins;
}
