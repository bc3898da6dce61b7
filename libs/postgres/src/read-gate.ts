import type { Scope } from '@rungate/run-task';
import type { Prisma, PrismaClient } from './generated/client.js';
import type { PrismaOrganizationGate } from './prisma.js';

type Work<T> = (db: Prisma.TransactionClient) => Promise<T>;

/** The gate to what people read: an organization's people through `rungate_organization`, operators as `rungate_platform`. */
export class ReadGate {
  constructor(
    private readonly platform: PrismaClient,
    private readonly organization: PrismaOrganizationGate,
  ) {}

  read<T>(scope: Scope, work: Work<T>): Promise<T> {
    return scope.kind === 'organization'
      ? this.organization.withOrganization(scope.organizationId, work)
      : work(this.platform);
  }

  /** Writes what belongs to the platform itself; an organization's rows are out of its reach. */
  writePlatform<T>(work: Work<T>): Promise<T> {
    return this.platform.$transaction(async (tx) => {
      await tx.$executeRaw`SET TRANSACTION READ WRITE`;
      return work(tx);
    });
  }
}

/** Which organizations a scope sees; an organization's own rows are all that its login has. */
export function organizationsIn(scope: Scope): Prisma.OrganizationWhereInput {
  return scope.kind === 'partner' ? { managedBy: scope.managedBy } : {};
}
