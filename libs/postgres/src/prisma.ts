import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client.js';
import type { LoginPool } from './login-pool.js';
import { STATEMENT_MS } from './organization-gate.js';

/** Prisma over the connections of one login. */
export function prismaOver(pool: LoginPool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
}

type Work<T> = (tx: Prisma.TransactionClient) => Promise<T>;

/** Transactions of `rungate_organization` through Prisma: the other side of `OrganizationGate`. */
export class PrismaOrganizationGate {
  constructor(private readonly client: PrismaClient) {}

  withOrganization<T>(organizationId: string, work: Work<T>): Promise<T> {
    return this.client.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT set_config('app.organization', ${organizationId}, true),
        set_config('statement_timeout', ${String(STATEMENT_MS)}, true)`;
      return work(tx);
    });
  }

  /** The same work, looked at and taken back. */
  async rehearse<T>(organizationId: string, work: Work<T>): Promise<T> {
    const results: T[] = [];
    const stop = new Error('rehearsed');
    try {
      return await this.withOrganization(organizationId, async (tx) => {
        results.push(await work(tx));
        throw stop;
      });
    } catch (error) {
      const [result] = results;
      if (error !== stop || result === undefined) throw error;
      return result;
    }
  }
}

/** Runs `work` again when another process inserted the same thing first: now it finds it. */
export async function againIfTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTaken(error)) throw error;
    return work();
  }
}

/** Whether a value was there already that may be there once: as Prisma says it of its own statements, and of ours. */
export function isTaken(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && error.message.includes('Code: `23505`'));
}
