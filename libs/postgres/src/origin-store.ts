import { isDeepStrictEqual } from 'node:util';
import type { Ids, OriginStore, PutOrigin, PutOriginAnswer, StoredOrigin } from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { findOrigins, hasRoomForOrigins, ORIGIN_FIELDS, originOf, originStatements } from './origin-rows.js';
import { againIfTaken, type PrismaOrganizationGate } from './prisma.js';
import { runInPrisma } from './statement.js';

type Tx = Prisma.TransactionClient;

/** What organizations may reach, one organization at a time. */
export class PostgresOriginStore implements OriginStore {
  constructor(
    private readonly gate: PrismaOrganizationGate,
    private readonly ids: Ids,
  ) {}

  put(desired: PutOrigin): Promise<PutOriginAnswer> {
    const { organizationId, dryRun } = desired;
    const work = (tx: Tx): Promise<PutOriginAnswer> => this.#put(tx, desired);
    return againIfTaken(() =>
      dryRun ? this.gate.rehearse(organizationId, work) : this.gate.withOrganization(organizationId, work),
    );
  }

  find(organizationId: string, origin: string): Promise<StoredOrigin | null> {
    return this.gate.withOrganization(organizationId, (tx) => findOrigin(tx, organizationId, origin));
  }

  list(organizationId: string, limit: number, after: string | null): Promise<readonly StoredOrigin[]> {
    return this.gate.withOrganization(organizationId, async (tx) => {
      const rows = await tx.terraformOrigin.findMany({
        where: { organizationId, ...(after === null ? {} : { origin: { gt: after } }) },
        orderBy: { origin: 'asc' },
        take: limit,
      });
      return rows.map(originOf);
    });
  }

  async #put(tx: Tx, { organizationId, desired, expected, by }: PutOrigin): Promise<PutOriginAnswer> {
    const { origin } = desired;
    await tx.$queryRaw`SELECT origin FROM terraform_origins WHERE organization_id = ${organizationId}::uuid AND origin = ${origin} FOR UPDATE`;
    const current = await findOrigin(tx, organizationId, origin);
    if (expected.revision !== undefined && expected.revision !== (current?.revision ?? null)) {
      return { rejected: 'stale' };
    }
    const isRoom = await hasRoomForOrigins(tx, organizationId, current === null ? 1 : 0);
    if (!isRoom) return { rejected: 'over_limit' };
    const changed = ORIGIN_FIELDS.filter((field) => !isDeepStrictEqual(current?.[field], desired[field]));
    if (current !== null && changed.length === 0) return { kind: 'unchanged', changed, stored: current };
    await runInPrisma(tx, originStatements(this.ids, { organizationId, desired, current, changed, by }));
    const row = await tx.terraformOrigin.findUniqueOrThrow({
      where: { organizationId_origin: { organizationId, origin } },
    });
    return { kind: current === null ? 'created' : 'changed', changed, stored: originOf(row) };
  }
}

async function findOrigin(tx: Tx, organizationId: string, origin: string): Promise<StoredOrigin | null> {
  const [found] = await findOrigins(tx, organizationId, [origin]);
  return found ?? null;
}
