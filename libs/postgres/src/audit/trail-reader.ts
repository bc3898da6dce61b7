import type { PoolClient } from 'pg';
import type { LoginPool } from '../login-pool.js';
import type { AuditKeys } from './audit-keys.js';
import type { Checkpoint } from './checkpoint.js';
import { judgeHead, type Head } from './head.js';
import { PLATFORM_TRAIL, type EventRecord } from './link.js';
import { verifyTrail, type StoredLink, type TrailProblem } from './verify-trail.js';

/** What `verifyTrails` looks at. */
export interface TrailScope {
  /** Slug; every trail when absent. */
  readonly organization?: string | undefined;
  /** Heads that were kept outside the database. */
  readonly heads: readonly Head[];
}

/** What was found of one trail. */
export interface VerifiedTrail {
  readonly trail: string;
  readonly isPlatform: boolean;
  /** Slug; null for the platform, and for an organization that is no more. */
  readonly organization: string | null;
  readonly events: number;
  /** Written so lately that the keeper had no time yet. */
  readonly waiting: number;
  readonly problem: TrailProblem | null;
}

/** What was found of all trails that were asked for. */
export interface VerifiedTrails {
  readonly trails: readonly VerifiedTrail[];
  /** Heads that the trails were held against. */
  readonly heads: number;
  /** Heads that no listed key signed: they prove nothing. */
  readonly badHeads: number;
}

/** How long an event may wait to be chained: workers may all be away for a while. */
const PATIENCE_MINUTES = 10;
const PAGE = 1_000;

/** Verifies trails as `rungate_platform`, in one snapshot, while the platform goes on. */
export async function verifyTrails(
  pool: LoginPool,
  keys: AuditKeys,
  { organization, heads }: TrailScope,
): Promise<VerifiedTrails> {
  const isValid = (head: Head): boolean => judgeHead(keys, head) === 'valid';
  const valid = heads.filter(isValid);
  const headsOf = byTrail(valid);
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const trails: VerifiedTrail[] = [];
    for (const row of await findTrails(client, organization, [...headsOf.keys()])) {
      trails.push(await verifyOne(client, keys, row, headsOf.get(row.trail) ?? []));
    }
    return { trails, heads: valid.length, badHeads: heads.length - valid.length };
  } finally {
    client.release(true);
  }
}

function byTrail(heads: readonly Head[]): ReadonlyMap<string, readonly Head[]> {
  const all = new Map<string, Head[]>();
  for (const head of heads) {
    const known = all.get(head.trail);
    if (known === undefined) all.set(head.trail, [head]);
    else known.push(head);
  }
  return all;
}

interface TrailRow {
  readonly trail: string;
  readonly slug: string | null;
  readonly sequence: string;
  readonly hash: Buffer;
  readonly waiting: string;
  /** An event that nobody will chain any more. */
  readonly lost: string | null;
}

/** Every trail that anything speaks of: its end, a link, an event, or a head from outside. */
async function findTrails(
  client: PoolClient,
  slug: string | undefined,
  noted: readonly string[],
): Promise<readonly TrailRow[]> {
  const { rows } = await client.query<TrailRow>(
    `
    WITH trails AS (
      SELECT organization_id AS trail FROM audit_trails
      UNION SELECT organization_id FROM audit_chain
      UNION SELECT organization_id FROM audit_checkpoints
      UNION SELECT coalesce(organization_id, $1) FROM audit_events
      UNION SELECT unnest($2::uuid[])
    ), loose AS (
      SELECT coalesce(e.organization_id, $1) AS trail, e.id,
             u.event_id IS NOT NULL AND e.at > now() - $3 * interval '1 minute' AS waits
      FROM audit_events e LEFT JOIN audit_unchained u ON u.event_id = e.id
      WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)
    )
    SELECT trails.trail, o.slug, coalesce(t.sequence, 0) AS sequence, coalesce(t.hash, '') AS hash,
           (SELECT count(*) FROM loose WHERE loose.trail = trails.trail AND waits) AS waiting,
           (SELECT min(id::text) FROM loose WHERE loose.trail = trails.trail AND NOT waits) AS lost
    FROM trails LEFT JOIN audit_trails t ON t.organization_id = trails.trail LEFT JOIN organizations o ON o.id = trails.trail
    WHERE $4::text IS NULL OR o.slug = $4
    ORDER BY o.slug NULLS FIRST, trails.trail`,
    [PLATFORM_TRAIL, noted, PATIENCE_MINUTES, slug ?? null],
  );
  return rows;
}

async function verifyOne(
  client: PoolClient,
  keys: AuditKeys,
  row: TrailRow,
  heads: readonly Head[],
): Promise<VerifiedTrail> {
  const { trail, slug, sequence, hash, waiting, lost } = row;
  const { links, problem } = await verifyTrail(keys, {
    trail,
    checkpoints: await checkpointsOf(client, trail),
    links: linksOf(client, trail),
    end: { sequence: Number(sequence), hash },
    heads,
  });
  return {
    trail,
    isPlatform: trail === PLATFORM_TRAIL,
    organization: slug,
    events: links,
    waiting: Number(waiting),
    problem: problem ?? neverChained(lost),
  };
}

function neverChained(eventId: string | null): TrailProblem | null {
  if (eventId === null) return null;
  const detail = `Event ${eventId} is not in the chain: no worker ran for ${PATIENCE_MINUTES} minutes, or it was slipped in or taken out of the chain.`;
  return { fault: 'unchained', sequence: null, eventId, detail };
}

async function checkpointsOf(client: PoolClient, trail: string): Promise<readonly Checkpoint[]> {
  const { rows } = await client.query<CheckpointRow>(
    'SELECT sequence, hash, reason, at, key_id, signature FROM audit_checkpoints WHERE organization_id = $1 ORDER BY sequence',
    [trail],
  );
  return rows.map(({ sequence, key_id: keyId, ...row }) => ({ ...row, sequence: Number(sequence), keyId }));
}

interface CheckpointRow extends Pick<Checkpoint, 'hash' | 'reason' | 'at' | 'signature'> {
  readonly sequence: string;
  readonly key_id: Buffer;
}

/** Page by page, so that a trail of any length fits. */
async function* linksOf(client: PoolClient, trail: string): AsyncGenerator<StoredLink> {
  for (let after = 0; ;) {
    const { rows } = await client.query<LinkRow>(
      `SELECT c.sequence, c.event_id, c.digest, c.hash, c.key_id, audit_event_record(e) AS event, e.id IS NOT NULL AS found
       FROM audit_chain c LEFT JOIN audit_events e ON e.id = c.event_id
       WHERE c.organization_id = $1 AND c.sequence > $2 ORDER BY c.sequence LIMIT ${PAGE}`,
      [trail, after],
    );
    yield* rows.map(linkOf);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.sequence);
  }
}

interface LinkRow {
  readonly sequence: string;
  readonly event_id: string;
  readonly digest: Buffer;
  readonly hash: Buffer;
  readonly key_id: Buffer;
  readonly event: EventRecord | null;
  readonly found: boolean;
}

function linkOf({ sequence, event_id: eventId, digest, hash, key_id: keyId, event, found }: LinkRow): StoredLink {
  return { sequence: Number(sequence), eventId, digest, hash, keyId, event: found ? event : null };
}
