import type { AuditHead, AuditTrails, Clock } from '@rungate/run-task';
import type { PoolClient } from 'pg';
import { PostgresError } from '../errors.js';
import type { Keyring } from '../keyring.js';
import type { LoginPool } from '../login-pool.js';
import { headFields, headOf } from './head.js';
import { linkAfter, type EventRecord, type Link, type TrailEnd } from './link.js';

/** Chains events as `rungate_flow`, through two functions: it can neither read a trail nor remove from one. */
export class PostgresAuditTrails implements AuditTrails {
  constructor(
    private readonly pool: LoginPool,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  async chain(atMost: number): Promise<number> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      await client.query('BEGIN');
      const chained = await this.#chainIn(client, atMost);
      await client.query('COMMIT');
      broken = false;
      return chained;
    } finally {
      // A transaction that failed ends with its connection.
      client.release(broken);
    }
  }

  async heads(changedSince: Date | null): Promise<readonly AuditHead[]> {
    const { rows } = await this.pool.query<EndRow>({
      name: 'audit-ends',
      text: `SELECT organization_id, sequence, hash FROM audit_trails
             WHERE sequence > 0 AND ($1::timestamptz IS NULL OR chained_at > $1) ORDER BY organization_id`,
      values: [changedSince],
    });
    const keys = this.keyring.auditKeys();
    const at = this.clock.now();
    return rows.map((row) => headFields(headOf(keys, row.organization_id, endOf(row), at)));
  }

  async #chainIn(client: PoolClient, atMost: number): Promise<number> {
    const { rows } = await client.query<UnchainedRow>({
      name: 'unchained-events',
      text: 'SELECT * FROM unchained_events($1)',
      values: [atMost],
    });
    if (rows.length === 0) return 0;
    const keys = this.keyring.auditKeys();
    const ends = new Map<string, TrailEnd>();
    const links = rows.map((row): TrailLink => {
      const end = ends.get(row.organization_id) ?? endOf(row);
      const link = linkAfter(keys, row.organization_id, end, named(row.event));
      ends.set(row.organization_id, link);
      return { trail: row.organization_id, ...link };
    });
    await write(client, links);
    return links.length;
  }
}

interface EndRow {
  readonly organization_id: string;
  /** `bigint`, as text. */
  readonly sequence: string;
  readonly hash: Buffer;
}

interface UnchainedRow extends EndRow {
  readonly event: EventRecord;
}

type TrailLink = Link & { readonly trail: string };

function endOf({ sequence, hash }: EndRow): TrailEnd {
  return { sequence: Number(sequence), hash };
}

function named(event: EventRecord): EventRecord & { readonly id: string } {
  const { id } = event;
  if (typeof id === 'string') return { ...event, id };
  throw new PostgresError('bad_row', 'An audit event has no id.');
}

async function write(client: PoolClient, links: readonly TrailLink[]): Promise<void> {
  await client.query({
    name: 'chain-events',
    text: 'SELECT chain_events($1, $2, $3, $4, $5, $6)',
    values: [
      links.map(({ trail }) => trail),
      links.map(({ sequence }) => sequence),
      links.map(({ eventId }) => eventId),
      links.map(({ digest }) => digest),
      links.map(({ hash }) => hash),
      links[0]?.keyId,
    ],
  });
}
