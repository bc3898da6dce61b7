import type { Ids, Intervention, InterventionAnswer, InterventionRefusal, InterventionStore } from '@rungate/run-task';
import { noteAudit, type AuditAction } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import type { PrismaOrganizationGate } from './prisma.js';
import { organizationsIn, type ReadGate } from './read-gate.js';

type Tx = Prisma.TransactionClient;

/** What it takes to act on a task result. */
export interface InterventionPorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
}

/** Changes when something is due; the keeper finds it so and does it as it always does. */
export class PostgresInterventionStore implements InterventionStore {
  constructor(private readonly ports: InterventionPorts) {}

  extend(intervention: Intervention): Promise<InterventionAnswer | null> {
    return this.#act(intervention, {
      action: 'task-result.extended',
      refusalOf: (row) => {
        if (row.is_decided) return 'decided';
        if (row.deadline_profile === 'fixed') return 'fixed_deadline';
        return row.is_leased ? null : 'not_started';
      },
      change: (tx, id) => tx.$executeRaw`UPDATE task_results SET progress_due_at = now() WHERE id = ${id}::uuid`,
    });
  }

  finish(intervention: Intervention): Promise<InterventionAnswer | null> {
    return this.#act(intervention, {
      action: 'task-result.cut-short',
      refusalOf: (row) => (row.is_decided ? 'decided' : null),
      change: (tx, id) =>
        tx.$executeRaw`UPDATE task_results SET cut_short = true, decide_at = least(decide_at, now()) WHERE id = ${id}::uuid`,
    });
  }

  async #act(intervention: Intervention, { action, refusalOf, change }: Act): Promise<InterventionAnswer | null> {
    const { id, by, reason } = intervention;
    const organizationId = isUuid(id) ? await this.#organizationOf(intervention) : null;
    if (organizationId === null) return null;
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const row = await lock(tx, organizationId, id);
      if (row === null) return null;
      const why = refusalOf(row);
      if (why !== null) return { kind: 'refused', why };
      await change(tx, id);
      const subject = { kind: 'task-result', name: id };
      await noteAudit(tx, this.ports.ids, { organizationId, by, action, subject, before: null, after: null, reason });
      return { kind: 'accepted' };
    });
  }

  async #organizationOf({ scope, id }: Intervention): Promise<string | null> {
    const row = await this.ports.readGate.read(scope, (db) =>
      db.taskResult.findFirst({
        where: { id, organization: organizationsIn(scope) },
        select: { organizationId: true },
      }),
    );
    return row?.organizationId ?? null;
  }
}

interface Act {
  readonly action: AuditAction;
  readonly refusalOf: (row: LockedRow) => InterventionRefusal | null;
  readonly change: (tx: Tx, id: string) => Promise<number>;
}

interface LockedRow {
  readonly is_decided: boolean;
  readonly is_leased: boolean;
  readonly deadline_profile: string;
}

async function lock(tx: Tx, organizationId: string, id: string): Promise<LockedRow | null> {
  const rows = await tx.$queryRaw<LockedRow[]>`
    SELECT t.verdict IS NOT NULL AS is_decided, t.state = 'evaluating' AND t.lease_until > now() AS is_leased,
           v.deadline_profile
    FROM task_results t JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.version_id
    WHERE t.id = ${id}::uuid AND t.organization_id = ${organizationId}::uuid FOR NO KEY UPDATE OF t`;
  return rows[0] ?? null;
}
