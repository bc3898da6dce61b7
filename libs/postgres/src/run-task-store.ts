import {
  canonicalJson,
  LIMITS,
  type Clock,
  type HmacKeyInfo,
  type Ids,
  type PinRunTask,
  type PutRunTask,
  type PutRunTaskAnswer,
  type RecordedRefusal,
  type RefusalPage,
  type RotateHmacKey,
  type RotateHmacKeyAnswer,
  type RunTask,
  type RunTaskSettings,
  type RunTaskStore,
  type StoredOrigin,
} from '@rungate/run-task';
import { noteAudit, only } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { PostgresError } from './errors.js';
import { placeGuardedOrigins } from './guarded-origins.js';
import { hmacDataKey, isHmacKeyInUse, judgeHmacKey, keysOf, placeHmacKey, revokeKey } from './hmac-key-rows.js';
import type { Keyring } from './keyring.js';
import { insertVersion, newRunTask, NEW_RUN_TASK } from './new-run-task.js';
import { findOrigins } from './origin-rows.js';
import { againIfTaken, type PrismaOrganizationGate } from './prisma.js';
import { selectRefusals } from './refusal-rows.js';
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
      return row === null ? null : withOrigin(tx, row);
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
      const origins = await findOrigins(
        tx,
        organizationId,
        rows.map(({ currentVersion }) => currentVersion.terraformOrigin),
      );
      return rows.map((row) => runTaskOf(row, stateIn(origins, row)));
    });
  }

  rotateHmacKey(rotation: RotateHmacKey): Promise<RotateHmacKeyAnswer> {
    return againIfTaken(() =>
      this.ports.gate.withOrganization(rotation.organizationId, (tx) => this.#rotate(tx, rotation)),
    );
  }

  revokeHmacKey({ organizationId, runTaskId, id, by }: RevokeHmacKey): Promise<HmacKeyInfo | null> {
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const run = { organizationId, runTaskId };
      const name = await lockRunTask(tx, run);
      const isNew = await revokeKey(tx, run, id);
      const key = (await keysOf(tx, run)).find((candidate) => candidate.id === id) ?? null;
      if (key === null || !isNew) return key;
      const { fingerprint } = key;
      await noteAudit(tx, this.ports.ids, {
        organizationId,
        by,
        action: 'hmac-key.revoked',
        subject: { kind: 'hmac-key', name: `${name}/${fingerprint}` },
        before: null,
        after: { fingerprint },
      });
      return key;
    });
  }

  listRefusals(page: RefusalPage): Promise<readonly RecordedRefusal[]> {
    return this.ports.gate.withOrganization(page.organizationId, (tx) => selectRefusals(tx, page));
  }

  async #rotate(tx: Tx, rotation: RotateHmacKey): Promise<RotateHmacKeyAnswer> {
    const { organizationId, by, overlapHours } = rotation;
    const name = await lockRunTask(tx, rotation);
    const judged = await judgeHmacKey(tx, this.ports, rotation);
    if (judged === 'kept') return { rejected: 'key_in_use' };
    if (judged !== 'wanted') return { rejected: judged };
    await placeHmacKey(tx, this.ports, rotation);
    const keys = await keysOf(tx, rotation);
    const key = keys.find(({ state }) => state === 'active');
    if (key === undefined) throw new PostgresError('bad_row', `The run task ${name} has no key that counts.`);
    const retiring = keys.filter(({ state }) => state === 'retiring');
    await noteAudit(tx, this.ports.ids, {
      organizationId,
      by,
      action: 'hmac-key.created',
      subject: { kind: 'hmac-key', name: `${name}/${key.fingerprint}` },
      before: null,
      after: { fingerprint: key.fingerprint, overlapHours, retiring: retiring.map(({ fingerprint }) => fingerprint) },
    });
    return { key, retiring };
  }

  pin({ organizationId, name, terraformOrganization, by }: PinRunTask): Promise<RunTask | null> {
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const row = await findRow(tx, organizationId, name);
      if (row === null) return null;
      const before = await withOrigin(tx, row);
      if (before.terraformOrganization === terraformOrganization) return before;
      const stored = { ...before, terraformOrganization };
      await tx.runTask.updateMany({ where: { organizationId, id: row.id }, data: { terraformOrganization } });
      const what = { action: 'run-task.changed' as const, subject: { kind: 'run-task', name } };
      const field = ['terraformOrganization'] as const;
      const difference = { before: only(before, field), after: only(stored, field) };
      await noteAudit(tx, this.ports.ids, { organizationId, by, ...what, ...difference });
      return stored;
    });
  }

  async #put(tx: Tx, desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { organizationId, name, expected } = desired;
    const current = await findLocked(tx, organizationId, name);
    if (isStale(expected.revision, current)) return { rejected: 'stale' };
    return current === null ? this.#create(tx, desired) : this.#bring(tx, current, desired);
  }

  async #bring(tx: Tx, current: RunTaskRow, desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { hmacKey } = desired;
    const wanted = { ...desired, runTaskId: current.id, secret: hmacKey.secret };
    const key = hmacKey.given ? await judgeHmacKey(tx, this.ports, wanted) : 'kept';
    // Before anything is written: this answer commits.
    if (key !== 'kept' && key !== 'wanted') return { rejected: key };
    const origins = await placeGuardedOrigins(tx, this.ports.ids, desired);
    if (origins.kind === 'over_limit') return { rejected: 'origins_over_limit' };
    const settings = await this.#change(tx, current, desired);
    if (key === 'wanted') await placeHmacKey(tx, this.ports, wanted);
    const changed = [...settings, ...origins.changed, ...(key === 'wanted' ? ['hmacKey'] : [])];
    const row = await tx.runTask.findUniqueOrThrow({ where: { id: current.id }, include: RUN_TASK });
    const stored = await withOrigin(tx, row);
    if (changed.length === 0) return { kind: 'unchanged', changed, stored };
    const before = runTaskOf(current, null);
    desired.allow({ before, after: stored, changed });
    await this.#note(tx, desired, { before, stored, changed });
    return { kind: 'changed', changed, stored };
  }

  async #create(tx: Tx, desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { organizationId, hmacKey } = desired;
    if ((await tx.runTask.count({ where: { organizationId } })) >= LIMITS.runTasks) return { rejected: 'over_limit' };
    if (await isHmacKeyInUse(tx, this.ports, hmacKey.secret)) {
      // By the same PUT, sent twice: the other one made the run task since this one looked.
      const appeared = await findLocked(tx, organizationId, desired.name);
      return appeared === null ? { rejected: 'key_in_use' } : this.#bring(tx, appeared, desired);
    }
    const origins = await placeGuardedOrigins(tx, this.ports.ids, desired);
    if (origins.kind === 'over_limit') return { rejected: 'origins_over_limit' };
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

type RevokeHmacKey = Parameters<RunTaskStore['revokeHmacKey']>[0];

/** Changes of one run task's keys come one after the other. @returns its name @throws PostgresError `bad_row` */
async function lockRunTask(
  tx: Tx,
  { organizationId, runTaskId }: Pick<RotateHmacKey, 'organizationId' | 'runTaskId'>,
): Promise<string> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM run_tasks WHERE organization_id = ${organizationId}::uuid AND id = ${runTaskId}::uuid FOR UPDATE`;
  const [row] = rows;
  if (row === undefined) throw new PostgresError('bad_row', `There is no run task ${runTaskId}.`);
  return row.name;
}

async function withOrigin(tx: Tx, row: RunTaskRow): Promise<RunTask> {
  const { organizationId, currentVersion } = row;
  return runTaskOf(row, stateIn(await findOrigins(tx, organizationId, [currentVersion.terraformOrigin]), row));
}

function stateIn(origins: readonly StoredOrigin[], { currentVersion }: RunTaskRow): RunTask['originState'] {
  return origins.find(({ origin }) => origin === currentVersion.terraformOrigin)?.state ?? null;
}

interface Noted {
  readonly before: RunTask;
  readonly stored: RunTask;
  readonly changed: readonly string[];
}

function isStale(expected: number | null | undefined, current: RunTaskRow | null): boolean {
  return expected !== undefined && expected !== (current?.currentVersion.number ?? null);
}

/** The run task as it is now, and nobody changes it until the transaction ends. */
async function findLocked(tx: Tx, organizationId: string, name: string): Promise<RunTaskRow | null> {
  await tx.$queryRaw`SELECT id FROM run_tasks WHERE organization_id = ${organizationId}::uuid AND name = ${name} FOR UPDATE`;
  return findRow(tx, organizationId, name);
}

function findRow(tx: Tx, organizationId: string, name: string): Promise<RunTaskRow | null> {
  return tx.runTask.findUnique({ where: { organizationId_name: { organizationId, name } }, include: RUN_TASK });
}

function changedSettings(current: RunTaskRow['currentVersion'], wanted: RunTaskSettings): readonly string[] {
  if (current.contentHash === contentHash(wanted)) return [];
  const stored = settingsOf(current);
  return SETTINGS.filter((field) => canonicalJson(stored[field]) !== canonicalJson(storableJson(wanted[field])));
}

/** A run task of an organization that is suspended is suspended from the first; its origin may be known. */
async function shownAs(tx: Tx, stored: RunTask): Promise<RunTask> {
  const { state } = await tx.organization.findUniqueOrThrow({
    where: { id: stored.organizationId },
    select: { state: true },
  });
  const [origin] = await findOrigins(tx, stored.organizationId, [stored.terraformOrigin]);
  const originState = origin?.state ?? null;
  return state === 'suspended' ? { ...stored, originState, state } : { ...stored, originState };
}
