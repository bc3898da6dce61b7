import type { HostState, SystemReader, SystemState, WorkerAtWork } from '@rungate/run-task';
import type { ReadGate } from './read-gate.js';

/** Callbacks that are looked at: the newest. */
const ATTEMPTS = 5_000;
/** Task results that are shown of all workers together. */
const SHOWN = 500;

/** What the whole installation is doing, as `rungate_platform`. */
export class PostgresSystemReader implements SystemReader {
  constructor(
    private readonly gate: ReadGate,
    /** The newest migration of this version: nothing serves while one is pending. */
    private readonly migration: string,
  ) {}

  systemState(): Promise<SystemState> {
    return this.gate.read({ kind: 'platform' }, async (db) => {
      const askedAt = performance.now();
      const [answer] = await db.$queryRaw<{ version: string; has_owner: boolean }[]>`
        SELECT current_setting('server_version') AS version,
               EXISTS (SELECT FROM identities WHERE organization_id IS NULL AND role = 'owner') AS has_owner`;
      const databaseMs = performance.now() - askedAt;
      const leases = await db.$queryRaw<LeaseRow[]>`
        SELECT t.id, t.leased_by, t.lease_until, t.started_at, o.slug
        FROM task_results t JOIN organizations o ON o.id = t.organization_id
        WHERE t.state = 'evaluating' AND t.verdict IS NULL AND t.lease_until > now() AND t.leased_by IS NOT NULL
        ORDER BY t.leased_by, t.started_at LIMIT ${SHOWN}`;
      const hosts = await db.$queryRaw<HostState[]>`
        WITH latest AS (
          SELECT a.delivery_id, a.organization_id, a.id, a.started_at, a.status, a.error, a.answer_class
          FROM delivery_attempts a ORDER BY a.id DESC LIMIT ${ATTEMPTS}
        )
        SELECT d.origin, count(*)::integer AS attempts,
               count(*) FILTER (WHERE l.answer_class <> 'delivered')::integer AS failed,
               max(l.started_at) AS "lastAt",
               (array_agg(l.status ORDER BY l.id DESC))[1] AS "lastStatus",
               (array_agg(l.error ORDER BY l.id DESC))[1] AS "lastError"
        FROM latest l JOIN deliveries d ON d.id = l.delivery_id AND d.organization_id = l.organization_id
        WHERE l.answer_class IS NOT NULL AND l.answer_class <> 'held'
        GROUP BY d.origin ORDER BY failed DESC, d.origin LIMIT 100`;
      return {
        databaseMs,
        databaseVersion: answer?.version ?? '',
        migration: this.migration,
        hasOwner: answer?.has_owner ?? false,
        workers: workersOf(leases),
        hosts,
      };
    });
  }
}

interface LeaseRow {
  readonly id: string;
  readonly leased_by: string;
  readonly lease_until: Date;
  readonly started_at: Date | null;
  readonly slug: string;
}

function workersOf(leases: readonly LeaseRow[]): readonly WorkerAtWork[] {
  const ids = [...new Set(leases.map(({ leased_by: id }) => id))];
  return ids.map((id) => ({
    id,
    taskResults: leases
      .filter((lease) => lease.leased_by === id)
      .map((lease) => ({
        id: lease.id,
        organization: lease.slug,
        since: lease.started_at,
        leaseUntil: lease.lease_until,
      })),
  }));
}
