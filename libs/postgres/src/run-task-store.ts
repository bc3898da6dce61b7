import { randomBytes } from 'node:crypto';
import {
  canonicalJson,
  LIMITS,
  type Ids,
  type PutRunTask,
  type PutRunTaskAnswer,
  type RunTask,
  type RunTaskSettings,
  type RunTaskStore,
} from '@rungate/run-task';
import { noteAudit, only } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { judgeHmacKey, placeHmacKey } from './hmac-key-rows.js';
import type { Keyring } from './keyring.js';
import { againIfTaken, type PrismaOrganizationGate } from './prisma.js';
import { contentHash, RUN_TASK, runTaskOf, settingsOf, SETTINGS, type RunTaskRow } from './run-task-row.js';
import { storableJson } from './stored.js';

/** What the store of run tasks is made of. */
export interface RunTaskStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
}

type Tx = Prisma.TransactionClient;

/** Run tasks of one organization; their settings are versions that never change. */
export class PostgresRunTaskStore implements RunTaskStore {
  constructor(private readonly ports: RunTaskStorePorts) {}

  put(desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { gate } = this.ports;
    const work = (tx: Tx): Promise<PutRunTaskAnswer> => this.#put(tx, desired);
    return againIfTaken(() =>
      desired.dryRun
        ? gate.rehearse(desired.organizationId, work)
        : gate.withOrganization(desired.organizationId, work),
    );
  }

  find(organizationId: string, name: string): Promise<RunTask | null> {
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const row = await findRow(tx, organizationId, name);
      return row === null ? null : runTaskOf(row);
    });
  }

  list(organizationId: string, limit: number, after: string | null): Promise<readonly RunTask[]> {
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const rows = await tx.runTask.findMany({
        where: { organizationId, ...(after === null ? {} : { name: { gt: after } }) },
        orderBy: { name: 'asc' },
        take: limit,
        include: RUN_TASK,
      });
      return rows.map(runTaskOf);
    });
  }

  async #put(tx: Tx, desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { organizationId, name, hmacKey, expected } = desired;
    await tx.$queryRaw`SELECT id FROM run_tasks WHERE organization_id = ${organizationId}::uuid AND name = ${name} FOR UPDATE`;
    const current = await findRow(tx, organizationId, name);
    if (isStale(expected.revision, current)) return { rejected: 'stale' };
    if (current === null && (await tx.runTask.count({ where: { organizationId } })) >= LIMITS.runTasks)
      return { rejected: 'over_limit' };
    const runTaskId = current?.id ?? this.ports.ids.next();
    const wanted = { ...desired, runTaskId };
    const key = current === null || hmacKey.given ? await judgeHmacKey(tx, this.ports, wanted) : 'kept';
    // Before anything is written: this answer commits.
    if (key === 'in_use') return { rejected: 'key_in_use' };
    const settings = current === null ? await this.#insert(tx, wanted) : await this.#change(tx, current, desired);
    if (key === 'wanted') await placeHmacKey(tx, this.ports, wanted);
    const changed = key === 'wanted' ? [...settings, 'hmacKey'] : settings;
    const row = await tx.runTask.findUniqueOrThrow({ where: { id: runTaskId }, include: RUN_TASK });
    const stored = runTaskOf(row);
    if (changed.length > 0)
      desired.allow({ before: current === null ? null : runTaskOf(current), after: stored, changed });
    if (changed.length > 0) await this.#note(tx, desired, { current, stored, changed });
    return { kind: current === null ? 'created' : kindOf(changed), changed, stored };
  }

  async #note(tx: Tx, { by, reason }: PutRunTask, { current, stored, changed }: Noted): Promise<void> {
    const fields = SETTINGS.filter((field) => changed.includes(field));
    const keys = (runTask: RunTask): object =>
      changed.includes('hmacKey')
        ? { hmacKeys: runTask.hmacKeys.map(({ fingerprint, state }) => [fingerprint, state]) }
        : {};
    const before = current === null ? null : runTaskOf(current);
    await noteAudit(tx, this.ports.ids, {
      organizationId: stored.organizationId,
      by,
      action: before === null ? 'run-task.created' : 'run-task.changed',
      subject: { kind: 'run-task', name: stored.name },
      before: before === null ? null : { ...only(before, fields), ...keys(before) },
      after: { ...only(stored, fields), ...keys(stored) },
      reason,
    });
  }

  async #insert(tx: Tx, desired: PutRunTask & { readonly runTaskId: string }): Promise<readonly string[]> {
    const { organizationId, name, runTaskId } = desired;
    const currentVersionId = this.ports.ids.next();
    const hookId = randomBytes(16).toString('base64url');
    await tx.runTask.createMany({ data: [{ id: runTaskId, organizationId, name, hookId, currentVersionId }] });
    await insertVersion(tx, { id: currentVersionId, runTaskId, number: 1 }, desired);
    return SETTINGS;
  }

  async #change(
    tx: Tx,
    { id: runTaskId, currentVersion }: RunTaskRow,
    desired: PutRunTask,
  ): Promise<readonly string[]> {
    const changed = changedSettings(currentVersion, desired.settings);
    if (changed.length === 0) return changed;
    const id = this.ports.ids.next();
    await insertVersion(tx, { id, runTaskId, number: currentVersion.number + 1 }, desired);
    await tx.runTask.updateMany({
      where: { organizationId: desired.organizationId, id: runTaskId },
      data: { currentVersionId: id },
    });
    return changed;
  }
}

interface Noted {
  readonly current: RunTaskRow | null;
  readonly stored: RunTask;
  readonly changed: readonly string[];
}

function isStale(expected: number | null | undefined, current: RunTaskRow | null): boolean {
  return expected !== undefined && expected !== (current?.currentVersion.number ?? null);
}

function kindOf(changed: readonly string[]): 'changed' | 'unchanged' {
  return changed.length === 0 ? 'unchanged' : 'changed';
}

function findRow(tx: Tx, organizationId: string, name: string): Promise<RunTaskRow | null> {
  return tx.runTask.findUnique({ where: { organizationId_name: { organizationId, name } }, include: RUN_TASK });
}

function changedSettings(current: RunTaskRow['currentVersion'], wanted: RunTaskSettings): readonly string[] {
  if (current.contentHash === contentHash(wanted)) return [];
  const stored = settingsOf(current);
  return SETTINGS.filter((field) => canonicalJson(stored[field]) !== canonicalJson(storableJson(wanted[field])));
}

async function insertVersion(
  tx: Tx,
  version: { readonly id: string; readonly runTaskId: string; readonly number: number },
  { organizationId, settings, by }: PutRunTask,
): Promise<void> {
  await tx.runTaskVersion.createMany({
    data: [
      {
        ...version,
        organizationId,
        terraformOrigin: settings.terraformOrigin,
        downloadOrigins: [...settings.downloadOrigins],
        deadlineProfile: settings.deadlineProfile,
        onTimeout: settings.onTimeout,
        checks: storableJson(settings.checks),
        contentHash: contentHash(settings),
        author: by.name,
      },
    ],
  });
}
