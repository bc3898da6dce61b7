import type { Ids, Resend, ResendAnswer, ResendRefusal, ResendStore, Scope } from '@rungate/run-task';
import { noteAudit } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import type { PrismaOrganizationGate } from './prisma.js';
import { organizationsIn, type ReadGate } from './read-gate.js';

type Tx = Prisma.TransactionClient;

/** What sending again needs. */
export interface ResendPorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
}

/** Makes verdicts due again, in the organization that they belong to. */
export class PostgresResendStore implements ResendStore {
  constructor(private readonly ports: ResendPorts) {}

  async resend(resend: Resend): Promise<ResendAnswer | null> {
    const organizationId = isUuid(resend.id) ? await this.#organizationOf(resend.scope, resend.id) : null;
    if (organizationId === null) return null;
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const found = await lockFinal(tx, organizationId, resend.id);
      if (found === null) return { kind: 'refused', why: 'undecided' };
      const why = refusalOf(found);
      if (why !== null) return { kind: 'refused', why };
      const { deadline } = found;
      if (found.is_due) return { kind: 'due', changed: false, deadline };
      await makeDue(tx, found);
      await this.#note(tx, { organizationId, before: found, resend });
      return { kind: 'due', changed: true, deadline };
    });
  }

  async #organizationOf(scope: Scope, id: string): Promise<string | null> {
    const where = { id, organization: organizationsIn(scope) };
    const row = await this.ports.readGate.read(scope, (db) =>
      db.taskResult.findFirst({ where, select: { organizationId: true } }),
    );
    return row?.organizationId ?? null;
  }

  #note(tx: Tx, { organizationId, before, resend }: Noted): Promise<void> {
    return noteAudit(tx, this.ports.ids, {
      organizationId,
      by: resend.by,
      action: 'task-result.resent',
      subject: { kind: 'task-result', name: resend.id },
      before: { state: before.task_result_state, reason: before.reason },
      after: { state: 'decided' },
    });
  }
}

interface Noted {
  readonly organizationId: string;
  readonly before: FinalRow;
  readonly resend: Resend;
}

interface FinalRow {
  readonly organization_id: string;
  readonly id: string;
  readonly task_result_id: string;
  readonly task_result_state: string;
  readonly reason: string | null;
  readonly deadline: Date;
  readonly is_over: boolean;
  /** Being sent, or about to be. */
  readonly is_due: boolean;
  readonly has_grant: boolean;
}

/** The final delivery with its task result, both held until the end of the transaction. */
async function lockFinal(tx: Tx, organizationId: string, taskResultId: string): Promise<FinalRow | null> {
  const rows = await tx.$queryRaw<FinalRow[]>`
    SELECT d.organization_id, d.id, d.task_result_id, t.state AS task_result_state, d.reason, d.deadline,
           d.deadline <= now() AS is_over, t.sealed_grant IS NOT NULL AS has_grant,
           d.state = 'due' AND (d.leased_until > now() OR d.due_at <= now()) AS is_due
    FROM task_results t JOIN deliveries d ON d.task_result_id = t.id AND d.organization_id = t.organization_id
    WHERE t.id = ${taskResultId}::uuid AND t.organization_id = ${organizationId}::uuid AND d.kind = 'final'
    FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

function refusalOf({ task_result_state: state, is_over: isOver, has_grant: hasGrant }: FinalRow): ResendRefusal | null {
  if (state === 'delivered') return 'delivered';
  return isOver || !hasGrant ? 'too_late' : null;
}

async function makeDue(
  tx: Tx,
  { organization_id: organizationId, id, task_result_id: taskResultId }: FinalRow,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE deliveries
    SET state = 'due', due_at = now(), reason = NULL, ended_at = NULL,
        attempt_id = NULL, attempt_started_at = NULL, leased_until = NULL
    WHERE id = ${id}::uuid AND organization_id = ${organizationId}::uuid`;
  await tx.$executeRaw`
    UPDATE task_results SET state = 'decided', reason = NULL
    WHERE id = ${taskResultId}::uuid AND organization_id = ${organizationId}::uuid`;
}
