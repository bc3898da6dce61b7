import {
  EXPIRED,
  LEASE_MS,
  type Backlog,
  type Claimed,
  type Closures,
  type DeliveryTurn,
  type HopelessTaskResult,
  type Ids,
  type KeyTurn,
  type LateTaskResult,
  type Lease,
  type ScheduleStore,
  type Usage,
} from '@rungate/run-task';
import type { LoginPool } from './login-pool.js';
import { TURN_MS } from './turn.js';

/** Scheduling columns of all organizations, as `rungate_flow`: no findings, no messages, no tokens. */
export class PostgresScheduleStore implements ScheduleStore {
  constructor(
    private readonly pool: LoginPool,
    private readonly ids: Ids,
  ) {}

  async claim(worker: string, slots: number, ended: readonly Usage[] = []): Promise<readonly Claimed[]> {
    let rows = await this.#settleAndClaim(worker, slots, ended);
    // Others were at every organization that has work, and while this claim held one it could not wait for them.
    while (rows.length > 0 && rows.every(isNothing)) rows = await this.#settleAndClaim(worker, slots, []);
    return rows.filter((row) => !isNothing(row)).map((row) => ({ ...leaseOf(row), chargedMs: row.charged_ms }));
  }

  /** Two transactions in one round trip: neither waits for an organization while it holds what the other wants. */
  async #settleAndClaim(worker: string, slots: number, ended: readonly Usage[]): Promise<readonly ClaimedRow[]> {
    const claim = {
      name: 'claim',
      text: 'SELECT organization_id, id, epoch, attempt, lease_until, charged_ms FROM claim_task_results($1, $2, $3)',
      values: [worker, Math.floor(slots), LEASE_MS],
    };
    if (ended.length === 0) return (await this.pool.query<ClaimedRow>(claim)).rows;
    const client = await this.pool.connect();
    const [settled, claimed] = await Promise.allSettled([
      client.query({ name: 'settle', text: 'SELECT settle_usage($1, $2, $3)', values: columnsOf(ended) }),
      client.query<ClaimedRow>(claim),
    ]);
    client.release(settled.status === 'rejected' || claimed.status === 'rejected');
    if (claimed.status === 'fulfilled') return claimed.value.rows;
    throw claimed.reason instanceof Error ? claimed.reason : new Error(String(claimed.reason));
  }

  async renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]> {
    if (leases.length === 0) return [];
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'renew',
      text: `
        UPDATE task_results t SET lease_until = now() + $4 * interval '1 millisecond'
        FROM unnest($2::uuid[], $3::integer[]) AS mine (id, epoch)
        WHERE t.id = mine.id AND t.epoch = mine.epoch AND t.leased_by = $1 AND t.state = 'evaluating'
        RETURNING t.id`,
      values: [worker, ...idsAndEpochs(leases), LEASE_MS],
    });
    const kept = new Set(rows.map(({ id }) => id));
    return leases.map(({ taskResultId }) => taskResultId).filter((id) => !kept.has(id));
  }

  async release(worker: string, leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    await this.pool.query({
      name: 'release',
      text: `
        WITH given AS (
          UPDATE task_results t SET state = 'accepted', leased_by = NULL, lease_until = NULL
          FROM unnest($2::uuid[], $3::integer[]) AS mine (id, epoch)
          WHERE t.id = mine.id AND t.epoch = mine.epoch AND t.leased_by = $1 AND t.state = 'evaluating'
          RETURNING t.organization_id
        )
        SELECT make_ready(ARRAY(SELECT organization_id FROM given))`,
      values: [worker, ...idsAndEpochs(leases)],
    });
  }

  async claimDeliveries(limit: number, closures: Closures = NOTHING_CLOSED): Promise<readonly DeliveryTurn[]> {
    if (limit < 1) return [];
    const attemptIds = Array.from({ length: limit }, () => this.ids.next());
    const { rows } = await this.pool.query<{ organization_id: string; id: string; attempt_id: string }>({
      name: 'claim-deliveries',
      // Progress is never sent again, so only verdicts are ever due here.
      text: `
        WITH due AS (
          SELECT organization_id, id FROM deliveries WHERE ${DUE} AND ${OPEN}
          ORDER BY deadline LIMIT $1 FOR UPDATE SKIP LOCKED
        ), numbered AS (
          SELECT due.*, ($2::uuid[])[row_number() OVER ()] AS new_attempt FROM due
        ), leased AS (
          UPDATE deliveries d
          SET attempt_id = n.new_attempt, attempt_started_at = now(), leased_until = now() + $3 * interval '1 millisecond'
          FROM numbered n WHERE d.organization_id = n.organization_id AND d.id = n.id
          RETURNING d.organization_id, d.id, d.attempt_id, d.deadline
        ), written AS (
          INSERT INTO delivery_attempts (organization_id, id, delivery_id)
          SELECT organization_id, attempt_id, id FROM leased
        )
        SELECT organization_id, id, attempt_id FROM leased ORDER BY deadline`,
      values: [limit, attemptIds, TURN_MS, ...closureValues(closures)],
    });
    return rows.map((row) => ({
      organizationId: row.organization_id,
      deliveryId: row.id,
      attemptId: row.attempt_id,
    }));
  }

  async findLate(limit: number): Promise<readonly LateTaskResult[]> {
    const { rows } = await this.pool.query<{ organization_id: string; id: string; epoch: number; held: boolean }>({
      name: 'find-late',
      text: 'SELECT organization_id, id, epoch, held FROM find_late($1)',
      values: [limit],
    });
    return rows.map(({ organization_id: organizationId, id, epoch, held }) => ({
      organizationId,
      taskResultId: id,
      epoch,
      isHeld: held,
    }));
  }

  async findHopeless(limit: number, lookMs: number): Promise<readonly HopelessTaskResult[]> {
    const { rows } = await this.pool.query<HopelessRow>({
      name: 'find-hopeless',
      text: 'SELECT organization_id, id, epoch, before::float8 AS before, pace FROM find_hopeless($1, $2)',
      values: [limit, lookMs],
    });
    return rows.map(({ organization_id: organizationId, id, epoch, before, pace }) => ({
      organizationId,
      taskResultId: id,
      epoch,
      forecast: { before, perMinute: pace * 60 },
    }));
  }

  async claimProgress(limit: number, nextAfterMs: number): Promise<readonly Lease[]> {
    const { rows } = await this.pool.query<LeaseRow>({
      name: 'claim-progress',
      text: `
        WITH due AS (
          SELECT id, organization_id FROM task_results
          WHERE state = 'evaluating' AND progress_due_at <= now() AND lease_until > now()
          ORDER BY progress_due_at LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        UPDATE task_results t SET progress_due_at = now() + $2 * interval '1 millisecond'
        FROM due WHERE t.id = due.id AND t.organization_id = due.organization_id
        RETURNING ${LEASE}`,
      values: [limit, nextAfterMs],
    });
    return rows.map(leaseOf);
  }

  async retireHmacKeys(limit: number): Promise<readonly KeyTurn[]> {
    const { rows } = await this.pool.query<KeyTurnRow>({
      name: 'retire-hmac-keys',
      text: 'SELECT organization_id, run_task_id, fingerprint, became FROM retire_hmac_keys($1)',
      values: [Array.from({ length: limit }, () => this.ids.next())],
    });
    return rows.map(({ organization_id: organizationId, run_task_id: runTaskId, fingerprint, became }) => ({
      organizationId,
      runTaskId,
      fingerprint,
      became,
    }));
  }

  async expireDeliveries(limit: number): Promise<number> {
    const { rows } = await this.pool.query<{ ended: number }>({
      name: 'expire-deliveries',
      text: `
        WITH over AS (
          SELECT organization_id, id FROM deliveries
          WHERE state = 'due' AND kind = 'final' AND deadline <= now() AND (leased_until IS NULL OR leased_until <= now())
          ORDER BY deadline LIMIT $1 FOR UPDATE SKIP LOCKED
        ), ended AS (
          UPDATE deliveries d
          SET state = 'undeliverable', reason = $2, ended_at = now(), attempt_id = NULL, attempt_started_at = NULL
          FROM over WHERE d.organization_id = over.organization_id AND d.id = over.id
          RETURNING d.organization_id, d.task_result_id
        ), erased AS (
          UPDATE task_results t SET state = 'undeliverable', reason = $2
          FROM ended WHERE t.organization_id = ended.organization_id AND t.id = ended.task_result_id
        )
        SELECT count(*)::integer AS ended, erase_grants($1::integer) FROM ended`,
      values: [limit, EXPIRED],
    });
    return rows[0]?.ended ?? 0;
  }

  async mendSchedule(): Promise<void> {
    await this.pool.query({ name: 'mend-schedule', text: 'SELECT mend_schedule()' });
  }

  /** Counted up to 1,000 each: enough to see that there is work, and cheap with any backlog. */
  async backlog(): Promise<Backlog> {
    const { rows } = await this.pool.query<Backlog>({
      name: 'backlog',
      text: `
        SELECT
          (SELECT count(*)::integer FROM (
            SELECT FROM task_results
            WHERE verdict IS NULL AND decide_at > now()
              AND (state = 'accepted' OR (state = 'evaluating' AND lease_until <= now()))
            LIMIT 1000) c) AS claimable,
          (SELECT count(*)::integer FROM (SELECT FROM deliveries WHERE ${DUE} LIMIT 1000) d) AS deliverable`,
    });
    return rows[0] ?? { claimable: 0, deliverable: 0 };
  }
}

function columnsOf(ended: readonly Usage[]): [organizations: string[], owed: number[], used: number[]] {
  return [
    ended.map(({ organizationId }) => organizationId),
    ended.map(({ chargedMs, usedMs }) => usedMs - chargedMs),
    ended.map(({ usedMs }) => usedMs),
  ];
}

const LEASE = 't.organization_id, t.id, t.epoch, t.attempt, t.lease_until';

const DUE = `state = 'due' AND kind = 'final' AND due_at <= now() AND deadline > now()
  AND (leased_until IS NULL OR leased_until <= now())`;

/** To whom nothing is closed ($4 to $9): but the two last attempts are made even where a host fails. */
const OPEN = `organization_id NOT IN (SELECT unnest($4::uuid[])) AND origin NOT IN (SELECT unnest($5::text[]))
  AND (
    origin NOT IN (SELECT unnest($6::text[]))
      AND (organization_id, origin) NOT IN (SELECT * FROM unnest($7::uuid[], $8::text[]))
    OR EXISTS (
      SELECT FROM unnest($9::double precision[]) AS last (ms)
      WHERE deadline - ms * interval '1 millisecond' BETWEEN due_at AND now())
  )`;

const NOTHING_CLOSED: Closures = {
  busy: { organizationIds: [], origins: [] },
  failing: { origins: [], destinations: [] },
  lastAttemptsMs: [0, 0],
};

function closureValues({ busy, failing, lastAttemptsMs }: Closures): unknown[] {
  return [
    busy.organizationIds,
    busy.origins,
    failing.origins,
    failing.destinations.map(({ organizationId }) => organizationId),
    failing.destinations.map(({ origin }) => origin),
    lastAttemptsMs,
  ];
}

interface LeaseRow {
  readonly organization_id: string;
  readonly id: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly lease_until: Date;
}

interface HopelessRow {
  readonly organization_id: string;
  readonly id: string;
  readonly epoch: number;
  readonly before: number;
  /** Claims a second. */
  readonly pace: number;
}

interface ClaimedRow extends LeaseRow {
  readonly charged_ms: number;
}

/** What the function gives when all that is ready was held by others. */
function isNothing({ attempt }: ClaimedRow): boolean {
  return attempt === 0;
}

function leaseOf({ organization_id: organizationId, id, epoch, attempt, lease_until: expiresAt }: LeaseRow): Lease {
  return { organizationId, taskResultId: id, epoch, attempt, expiresAt };
}

function idsAndEpochs(leases: readonly Lease[]): [ids: string[], epochs: number[]] {
  return [leases.map(({ taskResultId }) => taskResultId), leases.map(({ epoch }) => epoch)];
}

interface KeyTurnRow {
  readonly organization_id: string;
  readonly run_task_id: string;
  readonly fingerprint: string;
  readonly became: KeyTurn['became'];
}
