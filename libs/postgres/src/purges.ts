import type { AgedStep, Clock, Ids, Purges, PurgeStep } from '@rungate/run-task';
import { checkpointAt } from './audit/checkpoint.js';
import { BEGINNING } from './audit/link.js';
import type { Keyring } from './keyring.js';
import type { LoginPool } from './login-pool.js';

/** Who purges, as the trail of the platform remembers it. */
const KEEPER = { kind: 'system', id: null, name: 'keeper', role: 'system' };

/** Purges as `rungate_flow`, through functions that look themselves whether the time has come. */
export class PostgresPurges implements Purges {
  constructor(
    private readonly pool: LoginPool,
    private readonly ports: { readonly keyring: Keyring; readonly clock: Clock; readonly ids: Ids },
  ) {}

  async step(): Promise<PurgeStep | null> {
    const { rows } = await this.pool.query<SomeRow>({
      name: 'purge-some',
      text: 'SELECT * FROM purge_some()',
    });
    const [row] = rows;
    if (row === undefined || row.organization_id === null) return null;
    const { organization_id: organizationId, slug, emptied } = row;
    return { organizationId, slug, finished: emptied && (await this.#finish(organizationId)) };
  }

  async purgeAged(atMost: number): Promise<AgedStep | null> {
    const { rows } = await this.pool.query<AgedRow>({
      name: 'purge-aged',
      text: 'SELECT * FROM purge_aged($1)',
      values: [atMost],
    });
    const [row] = rows;
    if (row === undefined || row.organization_id === null) return null;
    return { organizationId: row.organization_id, purged: row.purged };
  }

  async purgeInputs(atMost: number): Promise<number | null> {
    const { rows } = await this.pool.query<{ purged: number | null }>({
      name: 'purge-inputs',
      text: 'SELECT purge_inputs($1) AS purged',
      values: [atMost],
    });
    return rows[0]?.purged ?? null;
  }

  async sweepTombstones(atMost: number): Promise<number> {
    const { rows } = await this.pool.query<{ swept: number }>({
      name: 'sweep-tombstones',
      text: 'SELECT sweep_tombstones($1) AS swept',
      values: [atMost],
    });
    return rows[0]?.swept ?? 0;
  }

  /** The trail ends with a checkpoint: its events may be gone, and its links still hold. */
  async #finish(organizationId: string): Promise<boolean> {
    const { keyring, clock, ids } = this.ports;
    const ends = await this.pool.query<{ sequence: string; hash: Buffer }>({
      name: 'trail-end',
      text: 'SELECT * FROM trail_end($1)',
      values: [organizationId],
    });
    const [end = BEGINNING] = ends.rows;
    const facts = { sequence: Number(end.sequence), hash: end.hash, reason: 'purge' as const, at: clock.now() };
    const { sequence, hash, at, keyId, signature } = checkpointAt(keyring.auditKeys(), organizationId, facts);
    const { rows } = await this.pool.query<{ finished: boolean }>({
      name: 'finish-purge',
      text: 'SELECT finish_purge($1, $2, $3, $4, $5, $6, $7, $8) AS finished',
      values: [organizationId, sequence, hash, at, keyId, signature, ids.next(), KEEPER],
    });
    return rows[0]?.finished ?? false;
  }
}

interface SomeRow {
  readonly organization_id: string | null;
  readonly slug: string;
  readonly emptied: boolean;
}

interface AgedRow {
  readonly organization_id: string | null;
  readonly purged: number;
}
