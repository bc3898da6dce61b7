import { randomBytes } from 'node:crypto';
import type { HmacKeyInfo, PutRunTask, RunTask, RunTaskSettings } from '@rungate/run-task';
import { auditStatement } from './audit-events.js';
import type { DataKey } from './data-keys.js';
import { jsonText } from './json-text.js';
import type { NewRowPorts } from './new-organization.js';
import { contentHash, SETTINGS } from './run-task-row.js';
import { displayFingerprint, keyedFingerprints, sealHmacSecret } from './sealing.js';
import type { Statement } from './statement.js';

/** What a PUT that makes a run task says that it changed. */
export const NEW_RUN_TASK: readonly string[] = [...SETTINGS, 'hmacKey'];

/** A run task that does not exist yet, and the statements that make it with its first version and key. */
export interface NewRunTask {
  readonly stored: RunTask;
  readonly statements: readonly Statement[];
}

/** What a run task is made of. */
export type WantedRunTask = Pick<PutRunTask, 'name' | 'settings' | 'by' | 'reason'> & { readonly secret: string };

/** Everything of a new run task is computed before its first statement leaves. */
export function newRunTask(ports: NewRowPorts, dataKey: DataKey, wanted: WantedRunTask): NewRunTask {
  const { name, settings, by, reason } = wanted;
  const { ids, clock } = ports;
  const { organizationId } = dataKey;
  const createdAt = clock.now();
  const key = newHmacKey(createdAt, ids.next(), wanted.secret);
  const stored: RunTask = {
    ...settings,
    id: ids.next(),
    organizationId,
    name,
    hookId: randomBytes(16).toString('base64url'),
    versionId: ids.next(),
    revision: 1,
    terraformOrganization: null,
    state: 'created',
    originState: null,
    hmacKeys: [key],
    createdAt,
  };
  const event = {
    organizationId,
    by,
    action: 'run-task.created' as const,
    subject: { kind: 'run-task', name },
    before: null,
    after: {
      ...Object.fromEntries(SETTINGS.map((field) => [field, settings[field]])),
      hmacKeys: [[key.fingerprint, key.state]],
    },
    reason,
  };
  const version = { id: stored.versionId, organizationId, runTaskId: stored.id, number: 1, author: by.name };
  return {
    stored,
    statements: [
      insertRunTask(stored),
      insertVersion(version, settings),
      insertHmacKey(ports, dataKey, { runTaskId: stored.id, key, secret: wanted.secret }),
      auditStatement(ids, event),
    ],
  };
}

/** One version of a run task's settings: never changed again. */
export interface NewVersion {
  readonly id: string;
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly number: number;
  readonly author: string;
}

/** Stores a version; the run task names it as its current one. */
export function insertVersion(version: NewVersion, settings: RunTaskSettings): Statement {
  const { id, organizationId, runTaskId, number, author } = version;
  const { terraformOrigin, downloadOrigins, deadlineProfile, onTimeout, checks } = settings;
  return {
    name: 'insert-run-task-version',
    text: `
      INSERT INTO run_task_versions (id, organization_id, run_task_id, number, terraform_origin, download_origins,
        deadline_profile, on_timeout, checks, content_hash, author)
      VALUES ($1::uuid, $2::uuid, $3::uuid, $4::int, $5::text, $6::text[], $7::text, $8::text, $9::jsonb, $10::text,
        $11::text)`,
    values: [
      id,
      organizationId,
      runTaskId,
      number,
      terraformOrigin,
      downloadOrigins,
      deadlineProfile,
      onTimeout,
      jsonText(checks),
      contentHash(settings),
      author,
    ],
  };
}

function insertRunTask({ id, organizationId, name, hookId, versionId, createdAt }: RunTask): Statement {
  return {
    name: 'insert-run-task',
    text: `
      INSERT INTO run_tasks (id, organization_id, name, hook_id, current_version_id, created_at)
      VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::uuid, $6::timestamptz)`,
    values: [id, organizationId, name, hookId, versionId, createdAt],
  };
}

function newHmacKey(createdAt: Date, id: string, secret: string): HmacKeyInfo {
  const nothingYet = { lastUsedAt: null, retiresAt: null, extendedAt: null, revokedAt: null };
  return { id, fingerprint: displayFingerprint(secret), state: 'active', ...nothingYet, createdAt };
}

interface Sealed {
  readonly runTaskId: string;
  readonly key: HmacKeyInfo;
  readonly secret: string;
}

function insertHmacKey({ keyring }: NewRowPorts, dataKey: DataKey, { runTaskId, key, secret }: Sealed): Statement {
  const { organizationId } = dataKey;
  const row = { organizationId, runTaskId, hmacKeyId: key.id };
  return {
    name: 'insert-hmac-key',
    text: `
      INSERT INTO hmac_keys (id, organization_id, run_task_id, sealed_secret, keyed_fingerprint, fingerprint, created_at)
      VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::bytea, $6::text, $7::timestamptz)`,
    values: [
      key.id,
      organizationId,
      runTaskId,
      sealHmacSecret(keyring, dataKey, row, secret),
      keyedFingerprints(keyring, secret)[0],
      key.fingerprint,
      key.createdAt,
    ],
  };
}
