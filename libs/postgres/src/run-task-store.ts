import { randomBytes } from 'node:crypto';
import type { Ids, PutRunTask, PutRunTaskAnswer, RunTask, RunTaskSettings, RunTaskStore } from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { placeHmacKey } from './hmac-key-rows.js';
import { canonicalJson } from './json-text.js';
import type { Keyring } from './keyring.js';
import { againIfTaken, type PrismaOrganizationGate } from './prisma.js';
import { contentHash, RUN_TASK, runTaskOf, settingsOf, SETTINGS, type RunTaskRow } from './run-task-row.js';
import { storableJson } from './stored.js';

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
    const { organizationId, name } = desired;
    await tx.$queryRaw`SELECT id FROM run_tasks WHERE organization_id = ${organizationId}::uuid AND name = ${name} FOR UPDATE`;
    const current = await findRow(tx, organizationId, name);
    const runTaskId = current?.id ?? this.ports.ids.next();
    const changed = current === null ? [...SETTINGS] : changedSettings(current, desired.settings);
    if (current === null) await this.#insert(tx, runTaskId, desired);
    else if (changed.length > 0) await this.#replaceVersion(tx, current, desired);
    const key =
      current === null || desired.hmacKey.given
        ? await placeHmacKey(tx, this.ports, { ...desired, runTaskId })
        : 'kept';
    if (key === 'in_use') return { rejected: 'key_in_use' };
    const stored = await findRow(tx, organizationId, name);
    if (stored === null) throw new Error(`run task ${name} vanished while it was written`);
    const all = key === 'placed' ? [...changed, 'hmacKey'] : changed;
    const kind = current === null ? 'created' : all.length === 0 ? 'unchanged' : 'changed';
    return { kind, changed: all, stored: runTaskOf(stored) };
  }

  async #insert(tx: Tx, id: string, desired: PutRunTask): Promise<void> {
    const { organizationId, name } = desired;
    const currentVersionId = this.ports.ids.next();
    const hookId = randomBytes(16).toString('base64url');
    await tx.runTask.createMany({ data: [{ id, organizationId, name, hookId, currentVersionId }] });
    await insertVersion(tx, { id: currentVersionId, runTaskId: id, number: 1 }, desired);
  }

  async #replaceVersion(tx: Tx, current: RunTaskRow, desired: PutRunTask): Promise<void> {
    const id = this.ports.ids.next();
    const { id: runTaskId, currentVersion } = current;
    await insertVersion(tx, { id, runTaskId, number: currentVersion.number + 1 }, desired);
    await tx.runTask.updateMany({
      where: { organizationId: desired.organizationId, id: runTaskId },
      data: { currentVersionId: id },
    });
  }
}

function findRow(tx: Tx, organizationId: string, name: string): Promise<RunTaskRow | null> {
  return tx.runTask.findUnique({ where: { organizationId_name: { organizationId, name } }, include: RUN_TASK });
}

function changedSettings(current: RunTaskRow, wanted: RunTaskSettings): string[] {
  if (current.currentVersion.contentHash === contentHash(wanted)) return [];
  const stored = settingsOf(current.currentVersion);
  return SETTINGS.filter((field) => canonicalJson(stored[field]) !== canonicalJson(storableJson(wanted[field])));
}

async function insertVersion(
  tx: Tx,
  version: { readonly id: string; readonly runTaskId: string; readonly number: number },
  { organizationId, settings, author }: PutRunTask,
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
        author,
      },
    ],
  });
}
