import type { Prisma } from './generated/client.js';

/** One statement with everything it needs, so that all are made before the first one leaves; `name` lets Postgres plan it once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Runs statements one after the other in a transaction of Prisma. */
export async function runInPrisma(tx: Prisma.TransactionClient, statements: readonly Statement[]): Promise<void> {
  for (const { text, values } of statements) await tx.$executeRawUnsafe(text, ...values);
}
