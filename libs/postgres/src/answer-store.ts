import type { AnswerStore, Clock, KeptAnswer, RepeatableRequest } from '@rungate/run-task';
import { Prisma } from './generated/client.js';
import { bytes } from './organization-store.js';
import type { PrismaOrganizationGate } from './prisma.js';
import type { ReadGate } from './read-gate.js';
import { storableJson } from './stored.js';

/** What the store of answers is made of. */
export interface AnswerStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly clock: Clock;
}

/** How long an answer counts, and how long a request without one does: its process may have died. */
const KEPT_MS = 24 * 3_600_000;
const UNDER_WAY_MS = 60_000;

/** Answers under an Idempotency-Key, in the plane of whoever asked. */
export class PostgresAnswerStore implements AnswerStore {
  constructor(private readonly ports: AnswerStorePorts) {}

  begin(request: RepeatableRequest): Promise<KeptAnswer | 'new' | 'under_way' | 'other_body'> {
    const now = this.ports.clock.now().getTime();
    const { organizationId } = request;
    const id = bytes(Buffer.from(request.id));
    const bodyHash = bytes(Buffer.from(request.bodyHash));
    const over = [
      { createdAt: { lt: new Date(now - KEPT_MS) } },
      { status: null, createdAt: { lt: new Date(now - UNDER_WAY_MS) } },
    ];
    return this.#in(request, async (tx) => {
      await tx.$queryRaw`SELECT sweep_idempotency_keys()::text`;
      const first = { organizationId, id, bodyHash };
      const made = await tx.idempotencyKey.createMany({ data: [first], skipDuplicates: true });
      const data = { bodyHash, status: null, answer: Prisma.DbNull, createdAt: new Date(now) };
      const again = await tx.idempotencyKey.updateMany({ where: { id, organizationId, OR: over }, data });
      if (made.count + again.count > 0) return 'new';
      const row = await tx.idempotencyKey.findFirst({ where: { id, organizationId } });
      if (row === null) return 'under_way';
      if (!Buffer.from(row.bodyHash).equals(bodyHash)) return 'other_body';
      return row.status === null ? 'under_way' : { status: row.status, body: row.answer };
    });
  }

  async keep(request: RepeatableRequest, { status, body }: KeptAnswer): Promise<void> {
    await this.#in(request, (tx) =>
      tx.idempotencyKey.updateMany({ where: whereOf(request), data: { status, answer: storableJson(body) } }),
    );
  }

  async forget(request: RepeatableRequest): Promise<void> {
    const data = { status: null, answer: Prisma.DbNull, createdAt: new Date(0) };
    await this.#in(request, (tx) => tx.idempotencyKey.updateMany({ where: whereOf(request), data }));
  }

  #in<T>({ organizationId }: RepeatableRequest, work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}

function whereOf({ id, organizationId }: RepeatableRequest): Prisma.IdempotencyKeyWhereInput {
  return { id: bytes(Buffer.from(id)), organizationId };
}
