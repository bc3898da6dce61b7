import {
  LIMITS,
  type Clock,
  type Difference,
  type Ids,
  type OnboardingStore,
  type PutWhole,
  type RunTask,
} from '@rungate/run-task';
import { errorCode } from './error-code.js';
import type { PrismaClient } from './generated/client.js';
import type { Keyring } from './keyring.js';
import { newGuardedOrigins } from './guarded-origins.js';
import { newOrganization } from './new-organization.js';
import { newRunTask, NEW_RUN_TASK } from './new-run-task.js';
import type { OrganizationGate } from './organization-gate.js';
import { changedFields, ORGANIZATION_FIELDS, organizationOf, storableSettings } from './organization-store.js';
import { contentHash } from './run-task-row.js';
import { keyedFingerprints } from './sealing.js';

/** What the store of many is made of. */
export interface OnboardingStorePorts {
  readonly gate: OrganizationGate;
  /** `rungate_platform`: reads across organizations. */
  readonly platform: PrismaClient;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Two statements look at a thousand organizations; one transaction makes one. */
export class PostgresOnboardingStore implements OnboardingStore {
  constructor(private readonly ports: OnboardingStorePorts) {}

  async compare(wanted: readonly PutWhole[]): Promise<readonly Difference[]> {
    const organizations = await this.#organizations(wanted.map(({ organization }) => organization.slug));
    const ids = [...organizations.values()].map(({ id }) => id);
    const runTasks = ids.length === 0 ? new Map<string, KnownRow>() : await this.#runTasks(ids, wanted);
    const origins = await this.#origins(ids, wanted);
    return wanted.map((whole) =>
      this.#difference(whole, organizations.get(whole.organization.slug), { runTasks, origins }),
    );
  }

  async create({ organization, runTasks }: PutWhole): Promise<readonly RunTask[] | null> {
    const guarded = new Set(runTasks.flatMap(({ guardedOrigins }) => guardedOrigins.origins));
    if (runTasks.length > LIMITS.runTasks || guarded.size > LIMITS.origins) return null;
    const settings = storableSettings(organization.settings);
    organization.allow({ before: null, after: settings, changed: ORGANIZATION_FIELDS });
    const made = newOrganization(this.ports, { ...organization, settings });
    const tasks = runTasks.map((wanted) => {
      wanted.allow({ before: null, after: wanted.settings, changed: NEW_RUN_TASK });
      return newRunTask(this.ports, made.dataKey, { ...wanted, secret: wanted.hmacKey.secret });
    });
    const origins = newGuardedOrigins(this.ports.ids, made.stored.id, runTasks);
    const statements = [...made.statements, ...origins, ...tasks.flatMap((task) => task.statements)];
    try {
      await this.ports.gate.withOrganization(made.stored.id, async (tx) => {
        for (const statement of statements) await tx.query(statement);
      });
    } catch (error) {
      if (errorCode(error) === UNIQUE_VIOLATION) return null;
      throw error;
    }
    return tasks.map(({ stored }, index) => ({ ...stored, originState: newOriginState(stored, runTasks[index]) }));
  }

  async #organizations(slugs: readonly string[]): Promise<ReadonlyMap<string, ReturnType<typeof organizationOf>>> {
    const rows = await this.ports.platform.organization.findMany({ where: { slug: { in: [...slugs] } } });
    return new Map(rows.map((row) => [row.slug, organizationOf(row)]));
  }

  async #runTasks(
    organizationIds: readonly string[],
    wanted: readonly PutWhole[],
  ): Promise<ReadonlyMap<string, KnownRow>> {
    const names = [...new Set(wanted.flatMap(({ runTasks }) => runTasks.map(({ name }) => name)))];
    const rows = await this.ports.platform.$queryRaw<readonly KnownRow[]>`
      SELECT t.organization_id AS "organizationId", t.name, t.hook_id AS "hookId", v.content_hash AS "contentHash",
        k.fingerprint, k.prints
      FROM run_tasks t
      JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.current_version_id
      CROSS JOIN LATERAL (
        SELECT (array_agg(fingerprint ORDER BY id DESC))[1] AS fingerprint,
          coalesce(array_agg(encode(keyed_fingerprint, 'hex')), '{}') AS prints
        FROM hmac_keys
        WHERE organization_id = t.organization_id AND run_task_id = t.id AND state = 'active'
      ) k
      WHERE t.organization_id = ANY (${[...organizationIds]}::uuid[]) AND t.name = ANY (${names}::text[])`;
    return new Map(rows.map((row) => [keyOf(row.organizationId, row.name), row]));
  }

  /** State of each origin that needs approval; nothing is asked when none does. */
  async #origins(ids: readonly string[], wanted: readonly PutWhole[]): Promise<Known['origins']> {
    const guarded = wanted.some(({ runTasks }) =>
      runTasks.some(({ guardedOrigins }) => guardedOrigins.origins.length > 0),
    );
    if (!guarded || ids.length === 0) return new Map();
    const rows = await this.ports.platform.terraformOrigin.findMany({
      where: { organizationId: { in: [...ids] } },
      select: { organizationId: true, origin: true, state: true },
    });
    return new Map(rows.map(({ organizationId, origin, state }) => [keyOf(organizationId, origin), state]));
  }

  #difference(
    { organization, runTasks }: PutWhole,
    current: ReturnType<typeof organizationOf> | undefined,
    known: Known,
  ): Difference {
    if (current === undefined) return { kind: 'absent' };
    const { scope } = organization;
    // A slug of another partner's: the PUT says of it what it always says.
    if (scope.kind === 'partner' && scope.managedBy !== current.managedBy) return { kind: 'different' };
    if (changedFields(current, storableSettings(organization.settings)).length > 0) return { kind: 'different' };
    const rows = runTasks.map((wanted) => ({ wanted, row: known.runTasks.get(keyOf(current.id, wanted.name)) }));
    const isSettled = runTasks.every((wanted) => areSettled(wanted, current.id, known.origins));
    if (!isSettled) return { kind: 'different' };
    if (!rows.every(({ wanted, row }) => row !== undefined && this.#isSame(wanted, row))) return { kind: 'different' };
    return {
      kind: 'same',
      runTasks: rows.flatMap(({ row }) =>
        row === undefined ? [] : [{ name: row.name, hookId: row.hookId, fingerprint: row.fingerprint }],
      ),
    };
  }

  #isSame({ settings, hmacKey }: PutWhole['runTasks'][number], row: KnownRow): boolean {
    if (row.contentHash !== contentHash(settings)) return false;
    if (!hmacKey.given) return true;
    const prints = keyedFingerprints(this.ports.keyring, hmacKey.secret);
    return prints.some((print) => row.prints.includes(print.toString('hex')));
  }
}

/** What is stored of the organizations that were asked for. */
interface Known {
  readonly runTasks: ReadonlyMap<string, KnownRow>;
  readonly origins: ReadonlyMap<string, string>;
}

/** Whether a PUT would leave the origins of a run task as they are. */
function areSettled(
  { guardedOrigins: { origins, approve } }: PutWhole['runTasks'][number],
  organizationId: string,
  known: Known['origins'],
): boolean {
  const states = origins.map((origin) => known.get(keyOf(organizationId, origin)));
  return states.every((state) => state !== undefined && (state === 'approved' || !approve));
}

function newOriginState(
  { terraformOrigin }: RunTask,
  wanted: PutWhole['runTasks'][number] | undefined,
): RunTask['originState'] {
  if (wanted?.guardedOrigins.origins.includes(terraformOrigin) !== true) return null;
  return wanted.guardedOrigins.approve ? 'approved' : 'pending';
}

/** SQLSTATE of a value that is there already. */
const UNIQUE_VIOLATION = '23505';

/** A run task as it is compared: its settings as their hash, its active keys as keyed fingerprints, in hex. */
interface KnownRow {
  readonly organizationId: string;
  readonly name: string;
  readonly hookId: string;
  readonly contentHash: string;
  readonly fingerprint: string | null;
  readonly prints: readonly string[];
}

function keyOf(organizationId: string, name: string): string {
  return `${organizationId}/${name}`;
}
