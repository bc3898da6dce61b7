import type {
  Actor,
  Arrival,
  ArrivalDecision,
  Clock,
  Ids,
  Member,
  MemberAnswer,
  MemberChange,
  MemberStore,
} from '@rungate/run-task';
import { noteAudit, type AuditAction } from '../audit-events.js';
import type { Identity, Prisma } from '../generated/client.js';
import { isUuid } from '../organization-gate.js';
import { againIfTaken, type PrismaOrganizationGate } from '../prisma.js';
import type { ReadGate } from '../read-gate.js';
import { oneOf } from '../stored.js';

type Tx = Prisma.TransactionClient;

/** What the store of members is made of. */
export interface MemberStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** The role of a plane that lets others in. */
const TOP_ROLE = { platform: 'owner', organization: 'admin' } as const;

/** People, in the plane of their connection. */
export class PostgresMemberStore implements MemberStore {
  constructor(private readonly ports: MemberStorePorts) {}

  arrive<Refusal>(
    arrival: Arrival,
    decide: (known: Member | null) => ArrivalDecision<Refusal>,
  ): Promise<Member | { readonly refused: Refusal }> {
    const { organizationId } = arrival;
    // Two browsers of somebody new may arrive at once.
    return againIfTaken(() =>
      this.#in(organizationId, async (tx) => {
        await lockTop(tx, organizationId);
        const known = await findBySubject(tx, arrival);
        const decision = decide(known);
        if (!decision.admitted) {
          if (known !== null && decision.endsAll) await this.#refuse(tx, known, arrival);
          return { refused: decision.why };
        }
        return known === null ? this.#join(tx, arrival, decision) : this.#comeBack(tx, known, { arrival, decision });
      }),
    );
  }

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly Member[]> {
    if (after !== null && !isUuid(after)) return Promise.resolve([]);
    return this.ports.readGate.read(scopeOf(organizationId), async (db) => {
      const where = { organizationId, ...(after === null ? {} : { id: { lt: after } }) };
      const rows = await db.identity.findMany({ where, orderBy: { id: 'desc' }, take: limit });
      return rows.map(memberOf);
    });
  }

  async find(organizationId: string | null, id: string): Promise<Member | null> {
    if (!isUuid(id)) return null;
    return this.ports.readGate.read(scopeOf(organizationId), async (db) => {
      const row = await db.identity.findFirst({ where: { organizationId, id } });
      return row === null ? null : memberOf(row);
    });
  }

  async change(organizationId: string | null, id: string, change: MemberChange, by: Actor): Promise<MemberAnswer> {
    if (!isUuid(id)) return 'not_found';
    return this.#in(organizationId, async (tx) => {
      await lockTop(tx, organizationId);
      const row = await tx.identity.findFirst({ where: { organizationId, id } });
      if (row === null) return 'not_found';
      const before = memberOf(row);
      const { role, state } = change;
      if (before.role === role && before.state === state) return before;
      if (losesTop(organizationId, before, change) && !(await hasOtherTop(tx, organizationId, before)))
        return 'last_one';
      const roleFrom = before.role === role ? before.roleFrom : 'person';
      await tx.identity.updateMany({ where: { id }, data: { role, roleFrom, state } });
      // What he may do changed: whatever he holds was given for what he might do before.
      await this.#endAll(tx, id);
      const action =
        state === before.state ? 'member.changed' : state === 'blocked' ? 'member.blocked' : 'member.unblocked';
      await this.#note(tx, { organizationId, by, action, before, after: { role, state } });
      return { ...before, role, roleFrom, state };
    });
  }

  async #join(
    tx: Tx,
    arrival: Arrival,
    { role, roleFrom }: { readonly role: string; readonly roleFrom: Member['roleFrom'] },
  ): Promise<Member> {
    const { organizationId, connectionId, subject, name, email } = arrival;
    const now = this.ports.clock.now();
    const id = this.ports.ids.next();
    const row = { id, connectionId, subject, name, email, role, roleFrom, createdAt: now, signedInAt: now };
    await tx.identity.createMany({ data: [{ ...row, organizationId }] });
    const member: Member = { ...row, state: 'active' };
    const by = actorOf(member, arrival.address);
    await this.#note(tx, {
      organizationId,
      by,
      action: 'member.joined',
      before: member,
      after: { role, roleFrom, email },
    });
    return member;
  }

  async #comeBack(
    tx: Tx,
    known: Member,
    {
      arrival: { organizationId, name, email, address },
      decision,
    }: {
      readonly arrival: Arrival;
      readonly decision: { readonly role: string; readonly roleFrom: Member['roleFrom'] };
    },
  ): Promise<Member> {
    const wanted = { role: decision.role, state: known.state };
    const stays = losesTop(organizationId, known, wanted) && !(await hasOtherTop(tx, organizationId, known));
    const { role, roleFrom } = stays ? known : decision;
    const data = { name, email, role, roleFrom, signedInAt: this.ports.clock.now() };
    await tx.identity.updateMany({ where: { id: known.id }, data });
    const member = { ...known, ...data };
    if (role !== known.role) {
      await this.#endAll(tx, known.id);
      const by = actorOf(member, address);
      await this.#note(tx, { organizationId, by, action: 'member.changed', before: known, after: { role, roleFrom } });
    }
    return member;
  }

  /** Whom his provider, or a rule, no longer lets in is out everywhere. */
  async #refuse(tx: Tx, known: Member, { organizationId, address }: Arrival): Promise<void> {
    await this.#endAll(tx, known.id);
    const by = actorOf(known, address);
    await this.#note(tx, { organizationId, by, action: 'member.refused', before: known, after: {} });
  }

  async #endAll(tx: Tx, identityId: string): Promise<void> {
    const revokedAt = this.ports.clock.now();
    await tx.session.updateMany({ where: { identityId, revokedAt: null }, data: { revokedAt } });
    await tx.$executeRaw`SELECT end_tokens_of(${identityId}::uuid)`;
  }

  #note(
    tx: Tx,
    {
      organizationId,
      by,
      action,
      before,
      after,
    }: {
      readonly organizationId: string | null;
      readonly by: Actor;
      readonly action: AuditAction;
      readonly before: Member;
      readonly after: object;
    },
  ): Promise<void> {
    const { name, role, state } = before;
    return noteAudit(tx, this.ports.ids, {
      organizationId,
      by,
      action,
      subject: { kind: 'member', name },
      before: action === 'member.joined' ? null : { role, state },
      after,
    });
  }

  #in<T>(organizationId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}

/** Two who take the role from each other at once must not both find the other one left. */
async function lockTop(tx: Tx, organizationId: string | null): Promise<void> {
  const top = TOP_ROLE[planeOf(organizationId)];
  await tx.$queryRaw`SELECT id FROM identities
    WHERE organization_id IS NOT DISTINCT FROM ${organizationId}::uuid AND role = ${top} ORDER BY id FOR NO KEY UPDATE`;
}

function losesTop(organizationId: string | null, before: Member, after: MemberChange): boolean {
  const top = TOP_ROLE[planeOf(organizationId)];
  return before.role === top && before.state === 'active' && (after.role !== top || after.state !== 'active');
}

/** People of the development provider are nobody tomorrow: they stand for each other alone. */
async function hasOtherTop(
  tx: Tx,
  organizationId: string | null,
  { id, connectionId }: Pick<Member, 'id' | 'connectionId'>,
): Promise<boolean> {
  const role = TOP_ROLE[planeOf(organizationId)];
  const others = await tx.identity.findMany({
    where: { organizationId, role, state: 'active', id: { not: id } },
    select: { connectionId: true },
  });
  const own = await tx.ssoConnection.findFirst({ where: { id: connectionId }, select: { development: true } });
  const connections = await tx.ssoConnection.count({
    where: {
      id: { in: others.map((other) => other.connectionId) },
      status: 'active',
      type: { not: 'link' },
      ...(own?.development === true ? {} : { development: false }),
    },
  });
  return connections > 0;
}

async function findBySubject(tx: Tx, { connectionId, subject }: Arrival): Promise<Member | null> {
  const row = await tx.identity.findFirst({ where: { connectionId, subject } });
  return row === null ? null : memberOf(row);
}

function memberOf(row: Identity): Member {
  const { id, connectionId, subject, name, email, role, createdAt, signedInAt } = row;
  return {
    ...{ id, connectionId, subject, name, email, role, createdAt, signedInAt },
    roleFrom: oneOf(['rule', 'default', 'person'], row.roleFrom),
    state: oneOf(['active', 'blocked'], row.state),
  };
}

function actorOf({ id, name, role }: Member, address: string | null): Actor {
  return { kind: 'person', id, name, role, address };
}

function planeOf(organizationId: string | null): 'platform' | 'organization' {
  return organizationId === null ? 'platform' : 'organization';
}

function scopeOf(
  organizationId: string | null,
): { kind: 'platform' } | { kind: 'organization'; organizationId: string } {
  return organizationId === null ? { kind: 'platform' } : { kind: 'organization', organizationId };
}
