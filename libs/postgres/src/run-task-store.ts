import {
  canonicalJson,
  LIMITS,
  type Clock,
  type Ids,
  type PutRunTask,
  type PutRunTaskAnswer,
  type RunTask,
  type RunTaskSettings,
  type RunTaskStore,
} from '@rungate/run-task';
import { noteAudit, only } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { hmacDataKey, isHmacKeyInUse, judgeHmacKey, placeHmacKey } from './hmac-key-rows.js';
import type { Keyring } from './keyring.js';
import { insertVersion, newRunTask, NEW_RUN_TASK } from './new-run-task.js';
import { againIfTaken, type PrismaOrganizationGate } from './prisma.js';
import { contentHash, RUN_TASK, runTaskOf, settingsOf, SETTINGS, type RunTaskRow } from './run-task-row.js';
import { runInPrisma } from './statement.js';
import { storableJson } from './stored.js';

/** What the store of run tasks is made of. */
export interface RunTaskStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
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
    if (current === null) return this.#create(tx, desired);
    const wanted = { ...desired, runTaskId: current.id };
    const key = hmacKey.given ? await judgeHmacKey(tx, this.ports, wanted) : 'kept';
    // Before anything is written: this answer commits.
    if (key === 'in_use') return { rejected: 'key_in_use' };
    const settings = await this.#change(tx, current, desired);
    if (key === 'wanted') await placeHmacKey(tx, this.ports, wanted);
    const changed = key === 'wanted' ? [...settings, 'hmacKey'] : settings;
    const row = await tx.runTask.findUniqueOrThrow({ where: { id: current.id }, include: RUN_TASK });
    const stored = runTaskOf(row);
    if (changed.length > 0) {
      const before = runTaskOf(current);
      desired.allow({ before, after: stored, changed });
      await this.#note(tx, desired, { before, stored, changed });
    }
    return { kind: changed.length === 0 ? 'unchanged' : 'changed', changed, stored };
  }

  async #create(tx: Tx, desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { organizationId, hmacKey } = desired;
    if ((await tx.runTask.count({ where: { organizationId } })) >= LIMITS.runTasks) return { rejected: 'over_limit' };
    if (await isHmacKeyInUse(tx, this.ports, hmacKey.secret)) return { rejected: 'key_in_use' };
    const dataKey = await hmacDataKey(tx, organizationId);
    const { stored, statements } = newRunTask(this.ports, dataKey, { ...desired, secret: hmacKey.secret });
    desired.allow({ before: null, after: stored, changed: NEW_RUN_TASK });
    await runInPrisma(tx, statements);
    return { kind: 'created', changed: NEW_RUN_TASK, stored: await shownAs(tx, stored) };
  }

  async #note(tx: Tx, { by, reason }: PutRunTask, { before, stored, changed }: Noted): Promise<void> {
    const fields = SETTINGS.filter((field) => changed.includes(field));
    const keys = (runTask: RunTask): object =>
      changed.includes('hmacKey')
        ? { hmacKeys: runTask.hmacKeys.map(({ fingerprint, state }) => [fingerprint, state]) }
        : {};
    await noteAudit(tx, this.ports.ids, {
      organizationId: stored.organizationId,
      by,
      action: 'run-task.changed',
      subject: { kind: 'run-task', name: stored.name },
      before: { ...only(before, fields), ...keys(before) },
      after: { ...only(stored, fields), ...keys(stored) },
      reason,
    });
  }

  async #change(
    tx: Tx,
    { id: runTaskId, currentVersion }: RunTaskRow,
    desired: PutRunTask,
  ): Promise<readonly string[]> {
    const changed = changedSettings(currentVersion, desired.settings);
    if (changed.length === 0) return changed;
    const { organizationId, settings, by } = desired;
    const id = this.ports.ids.next();
    const version = { id, organizationId, runTaskId, number: currentVersion.number + 1, author: by.name };
    await runInPrisma(tx, [insertVersion(version, settings)]);
    await tx.runTask.updateMany({
      where: { organizationId: desired.organizationId, id: runTaskId },
      data: { currentVersionId: id },
    });
    return changed;
  }
}

interface Noted {
  readonly before: RunTask;
  readonly stored: RunTask;
  readonly changed: readonly string[];
}

function isStale(expected: number | null | undefined, current: RunTaskRow | null): boolean {
  return expected !== undefined && expected !== (current?.currentVersion.number ?? null);
}

function findRow(tx: Tx, organizationId: string, name: string): Promise<RunTaskRow | null> {
  return tx.runTask.findUnique({ where: { organizationId_name: { organizationId, name } }, include: RUN_TASK });
}

function changedSettings(current: RunTaskRow['currentVersion'], wanted: RunTaskSettings): readonly string[] {
  if (current.contentHash === contentHash(wanted)) return [];
  const stored = settingsOf(current);
  return SETTINGS.filter((field) => canonicalJson(stored[field]) !== canonicalJson(storableJson(wanted[field])));
}

/** A run task of an organization that is suspended is suspended from the first. */
async function shownAs(tx: Tx, stored: RunTask): Promise<RunTask> {
  const { state } = await tx.organization.findUniqueOrThrow({
    where: { id: stored.organizationId },
    select: { state: true },
  });
  return state === 'suspended' ? { ...stored, state } : stored;
}
