import { createHash } from 'node:crypto';
import {
  canonicalJson,
  type HmacKeyInfo,
  type OriginState,
  type RunTask,
  type RunTaskSettings,
} from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { oneOf, storableJson, storedChecks } from './stored.js';

/** How keys are read for people. Never the sealed ones. */
export const HMAC_KEYS = {
  select: {
    id: true,
    fingerprint: true,
    state: true,
    lastUsedAt: true,
    retiresAt: true,
    extendedAt: true,
    revokedAt: true,
    createdAt: true,
  },
  // Active before retiring before revoked, newest first.
  orderBy: [{ state: 'asc' }, { id: 'desc' }],
} as const satisfies Prisma.HmacKeyFindManyArgs;

/** What is read with a run task. */
export const RUN_TASK = {
  organization: { select: { state: true } },
  currentVersion: true,
  hmacKeys: { ...HMAC_KEYS, orderBy: [...HMAC_KEYS.orderBy] },
} satisfies Prisma.RunTaskInclude;

/** A run task with its current version and keys, as Prisma reads it. */
export type RunTaskRow = Prisma.RunTaskGetPayload<{ include: typeof RUN_TASK }>;

/** Fields of the settings, in the order in which a PUT names what changed. */
export const SETTINGS = [
  'terraformOrigin',
  'downloadOrigins',
  'deadlineProfile',
  'onTimeout',
  'checks',
] as const satisfies readonly (keyof RunTaskSettings)[];

/** SHA-256 over the settings in canonical form, hex. */
export function contentHash(settings: RunTaskSettings): string {
  const known = Object.fromEntries(SETTINGS.map((field) => [field, settings[field]]));
  return createHash('sha256')
    .update(canonicalJson(storableJson(known)))
    .digest('hex');
}

/** The settings that a version holds. @throws PostgresError `bad_row` */
export function settingsOf(version: RunTaskRow['currentVersion']): RunTaskSettings {
  return {
    terraformOrigin: version.terraformOrigin,
    downloadOrigins: version.downloadOrigins,
    deadlineProfile: oneOf(['rolling', 'fixed'], version.deadlineProfile),
    onTimeout: oneOf(['passed', 'failed'], version.onTimeout),
    checks: storedChecks(version.checks),
  };
}

/** The run task that a row holds, with what is recorded of its Terraform origin. @throws PostgresError `bad_row` */
export function runTaskOf(row: RunTaskRow, originState: OriginState | null): RunTask {
  const { id, organizationId, name, hookId, currentVersionId, createdAt, organization, currentVersion, hmacKeys } = row;
  const { terraformOrganization } = row;
  return {
    ...settingsOf(currentVersion),
    id,
    organizationId,
    name,
    hookId,
    versionId: currentVersionId,
    revision: currentVersion.number,
    terraformOrganization,
    state: organization.state === 'suspended' ? 'suspended' : oneOf(['created', 'verified', 'active'], row.state),
    originState,
    hmacKeys: keyInfos(hmacKeys),
    createdAt,
  };
}

/** The keys of a run task as people may see them. */
export function keyInfos(rows: readonly KeyRow[]): readonly HmacKeyInfo[] {
  return rows.map((row) => keyInfo(row, rows));
}

/** A key that is over, and that the keeper has not come to yet, shows as what it is. */
function keyInfo(row: KeyRow, all: readonly KeyRow[]): HmacKeyInfo {
  const state = oneOf(['active', 'retiring', 'revoked'], row.state);
  const { retiresAt } = row;
  if (state !== 'retiring' || retiresAt === null || retiresAt.getTime() > Date.now()) return { ...row, state };
  const isNewerSeen = all.some((key) => key.state === 'active' && key.lastUsedAt !== null);
  return isNewerSeen ? { ...row, state: 'revoked', retiresAt: null, revokedAt: retiresAt } : { ...row, state };
}

type KeyRow = Prisma.HmacKeyGetPayload<Pick<typeof HMAC_KEYS, 'select'>>;
