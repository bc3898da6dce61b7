import type {
  Actor,
  Clock,
  DomainClaim,
  DomainProof,
  DomainStore,
  DomainToLookAt,
  Ids,
  OrganizationDomain,
} from '@rungate/run-task';
import { LIMITS } from '@rungate/run-task';
import { noteAudit, type AuditAction } from '../audit-events.js';
import type { Prisma, SsoDomain } from '../generated/client.js';
import { isUuid } from '../organization-gate.js';
import { againIfTaken, isTaken, type PrismaOrganizationGate } from '../prisma.js';
import type { ReadGate } from '../read-gate.js';
import { oneOf } from '../stored.js';

type Tx = Prisma.TransactionClient;
type Columns = Pick<SsoDomain, 'verifiedBy' | 'verifiedAt' | 'checkedAt' | 'missingSince' | 'lookAt'>;

/** What the store of domains is made of. */
export interface DomainStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A proof is looked at again after so long. */
const AGAIN_MS = 30 * DAY_MS;
/** A domain whose record is gone counts for so long: records are lost in moves, and come back. */
const GRACE_MS = 7 * DAY_MS;

/** The domains of organizations, one organization at a time; what is exclusive, an index sees to. */
export class PostgresDomainStore implements DomainStore {
  constructor(private readonly ports: DomainStorePorts) {}

  list(organizationId: string, limit: number, after: string | null): Promise<readonly OrganizationDomain[]> {
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const where = { organizationId, ...(after === null ? {} : { domain: { gt: after } }) };
      const rows = await tx.ssoDomain.findMany({ where, orderBy: { domain: 'asc' }, take: limit });
      return rows.map(domainOf);
    });
  }

  async find(organizationId: string, id: string): Promise<OrganizationDomain | null> {
    if (!isUuid(id)) return null;
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const row = await tx.ssoDomain.findFirst({ where: { organizationId, id } });
      return row === null ? null : domainOf(row);
    });
  }

  claim(
    organizationId: string,
    { domain, challenge }: DomainClaim,
    by: Actor,
  ): Promise<{ readonly isNew: boolean; readonly domain: OrganizationDomain } | 'over_limit'> {
    // Two pages may ask for the same at once.
    return againIfTaken(() =>
      this.ports.gate.withOrganization(organizationId, async (tx) => {
        const known = await tx.ssoDomain.findFirst({ where: { organizationId, domain } });
        if (known !== null) return { isNew: false, domain: domainOf(known) };
        if ((await tx.ssoDomain.count({ where: { organizationId } })) >= LIMITS.domains) return 'over_limit';
        const id = this.ports.ids.next();
        const createdAt = this.ports.clock.now();
        await tx.ssoDomain.createMany({ data: [{ id, organizationId, domain, challenge, createdAt }] });
        await this.#note(tx, { organizationId, by, action: 'domain.added', domain });
        const made = { id, domain, challenge, createdAt };
        return { isNew: true, domain: { ...made, ...UNPROVED, checkedAt: null } };
      }),
    );
  }

  async noteProof(
    organizationId: string,
    id: string,
    proof: DomainProof,
    by: Actor,
  ): Promise<OrganizationDomain | null> {
    try {
      return await this.#noteProof({ organizationId, id, proof, by });
    } catch (error) {
      if (proof !== 'found' || !isTaken(error)) throw error;
      return this.#noteProof({ organizationId, id, proof: 'missing', by });
    }
  }

  async assert(
    organizationId: string,
    id: string,
    { reason, by }: { readonly reason: string; readonly by: Actor },
  ): Promise<OrganizationDomain | 'taken' | null> {
    try {
      return await this.#change({ organizationId, id }, async (tx, { domain }) => {
        await this.#note(tx, { organizationId, by, action: 'domain.asserted', domain, reason });
        const verifiedAt = this.ports.clock.now();
        return { verifiedBy: 'operator', verifiedAt, missingSince: null, lookAt: null };
      });
    } catch (error) {
      if (!isTaken(error)) throw error;
      return 'taken';
    }
  }

  async remove(organizationId: string, id: string, by: Actor): Promise<boolean> {
    if (!isUuid(id)) return false;
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const row = await tx.ssoDomain.findFirst({ where: { organizationId, id } });
      if (row === null) return false;
      // Nobody who serves removes rows, but by a function.
      await tx.$queryRaw`SELECT forget_domain(${id}::uuid)`;
      await this.#note(tx, { organizationId, by, action: 'domain.removed', domain: row.domain });
      return true;
    });
  }

  async takeDue(atMost: number): Promise<readonly DomainToLookAt[]> {
    const now = this.ports.clock.now();
    const due = await this.ports.readGate.read({ kind: 'platform' }, (db) =>
      db.ssoDomain.findMany({
        where: { lookAt: { lte: now }, organizationId: { not: null } },
        orderBy: { lookAt: 'asc' },
        take: atMost,
      }),
    );
    const taken: DomainToLookAt[] = [];
    for (const { organizationId, id, domain, challenge, lookAt } of due) {
      if (organizationId === null) continue;
      const { count } = await this.ports.gate.withOrganization(organizationId, (tx) =>
        tx.ssoDomain.updateMany({ where: { id, lookAt }, data: { lookAt: new Date(now.getTime() + HOUR_MS) } }),
      );
      if (count > 0) taken.push({ organizationId, id, domain, challenge });
    }
    return taken;
  }

  #noteProof({ organizationId, id, proof, by }: Noted): Promise<OrganizationDomain | null> {
    return this.#change({ organizationId, id }, async (tx, row) => {
      const { action, ...columns } = afterProof(row, proof, this.ports.clock.now());
      if (action !== null) await this.#note(tx, { organizationId, by, action, domain: row.domain });
      return columns;
    });
  }

  async #change(
    { organizationId, id }: Pick<Noted, 'organizationId' | 'id'>,
    columnsAfter: (tx: Tx, row: SsoDomain) => Promise<Partial<Columns>>,
  ): Promise<OrganizationDomain | null> {
    if (!isUuid(id)) return null;
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      await tx.$queryRaw`SELECT id FROM sso_domains WHERE id = ${id}::uuid FOR UPDATE`;
      const row = await tx.ssoDomain.findFirst({ where: { organizationId, id } });
      if (row === null) return null;
      const columns = await columnsAfter(tx, row);
      await tx.ssoDomain.updateMany({ where: { organizationId, id }, data: columns });
      return domainOf({ ...row, ...columns });
    });
  }

  #note(tx: Tx, { domain, reason = null, ...done }: Note): Promise<void> {
    const subject = { kind: 'domain', name: domain };
    return noteAudit(tx, this.ports.ids, { ...done, subject, before: null, after: null, reason });
  }
}

interface Noted {
  readonly organizationId: string;
  readonly id: string;
  readonly proof: DomainProof;
  readonly by: Actor;
}

interface Note extends Pick<Noted, 'organizationId' | 'by'> {
  readonly action: AuditAction;
  readonly domain: string;
  readonly reason?: string | null;
}

const UNPROVED = { verifiedBy: null, verifiedAt: null, missingSince: null } as const;

/** What becomes of a domain by what DNS said, and what the trail says of it. */
function afterProof(
  row: SsoDomain,
  proof: DomainProof,
  now: Date,
): Partial<Columns> & { readonly action: AuditAction | null } {
  const isProved = row.verifiedBy === 'dns';
  const tomorrow = new Date(now.getTime() + DAY_MS);
  switch (proof) {
    case 'unreachable':
      return isProved ? { lookAt: tomorrow, action: null } : { action: null };
    case 'found': {
      const lookAt = new Date(now.getTime() + AGAIN_MS);
      const verifiedAt = isProved ? row.verifiedAt : now;
      const found = { verifiedBy: 'dns', verifiedAt, checkedAt: now, missingSince: null, lookAt };
      return { ...found, action: isProved ? null : 'domain.proved' };
    }
    case 'missing': {
      if (!isProved) return { checkedAt: now, action: null };
      const missingSince = row.missingSince ?? now;
      if (now.getTime() - missingSince.getTime() >= GRACE_MS)
        return { ...UNPROVED, checkedAt: now, lookAt: null, action: 'domain.lost' };
      return { checkedAt: now, missingSince, lookAt: tomorrow, action: row.missingSince ? null : 'domain.missing' };
    }
  }
}

function domainOf(row: SsoDomain): OrganizationDomain {
  const { id, domain, challenge, verifiedBy, verifiedAt, checkedAt, missingSince, createdAt } = row;
  const known = verifiedBy === null ? null : oneOf(['dns', 'operator'] as const, verifiedBy);
  return { id, domain, challenge, verifiedBy: known, verifiedAt, checkedAt, missingSince, createdAt };
}
