import { randomUUID } from 'node:crypto';
import { startTestPostgres, type TestPostgres } from '../testing/index.js';
import { openLoginPool } from './open-login-pool.js';
import { PostgresOrganizationGate } from './organization-gate.js';
import { prismaOver, PrismaOrganizationGate } from './prisma.js';

jest.setTimeout(60_000);

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(() => db.close());

const SHOW = `SELECT current_setting('statement_timeout') AS timeout`;
interface Shown {
  readonly timeout: string;
}

it('bounds every statement for an organization, through either gate, and leaves nothing behind', async () => {
  const pool = openLoginPool('rungate_organization', { ...db, pools: { rungate_organization: 1 } });
  const organizationId = randomUUID();
  const before = (await pool.query<Shown>(SHOW)).rows;
  const gate = new PostgresOrganizationGate(pool);
  const [apart] = (await gate.withOrganization(organizationId, (tx) => tx.query<Shown>(SHOW))).rows;
  const [together] = (await gate.atOnce(organizationId, (tx) => tx.query<Shown>(SHOW))).rows;
  const prisma = prismaOver(pool);
  const [people] = await new PrismaOrganizationGate(prisma).withOrganization(
    organizationId,
    (tx) => tx.$queryRaw<Shown[]>`SELECT current_setting('statement_timeout') AS timeout`,
  );
  expect([apart, together, people]).toEqual([{ timeout: '15s' }, { timeout: '15s' }, { timeout: '15s' }]);
  expect((await pool.query<Shown>(SHOW)).rows).toEqual(before);
  await prisma.$disconnect();
  await pool.end();
});
