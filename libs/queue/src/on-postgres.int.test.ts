import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@rungate/postgres/embedded';
import { describeQueueContract } from '../testing/queue-contract.js';
import { RecordingLog } from '../testing/recording-log.js';
import { SeverableProxy } from '../testing/severable-proxy.js';
import { until } from '../testing/until.js';
import { createQueue, migrateQueue, type TicketQueue } from './index.js';

jest.setTimeout(60_000);

const dataDir = mkdtempSync(path.join(tmpdir(), 'rungate-queue-'));
const open: TicketQueue[] = [];
let postgres: EmbeddedPostgres;
let owner: Client;

beforeAll(async () => {
  // Set in the project int15 alone.
  const binDir = process.env.RUNGATE_TEST_POSTGRES;
  postgres = await startEmbeddedPostgres({ dataDir, binDir, settings: { fsync: 'off' } });
  owner = new Client({ connectionString: postgres.url });
  await owner.connect();
  await migrateQueue(postgres.url);
  // As the migration step of libs/postgres grants it: the use of BullMQ's schema, and nothing else.
  await owner.query(`
    CREATE ROLE rungate_queue LOGIN PASSWORD 'queue';
    GRANT USAGE ON SCHEMA bullmq TO rungate_queue;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO rungate_queue;
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO rungate_queue;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO rungate_queue;
  `);
});

afterAll(async () => {
  await owner.end();
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((queue) => queue.close()));
  await owner.query('DELETE FROM bullmq.job');
});

const url = (port = postgres.port) => `postgres://rungate_queue:queue@127.0.0.1:${String(port)}/postgres`;

function start(port?: number): { queue: TicketQueue; log: RecordingLog } {
  const log = new RecordingLog();
  const queue = createQueue({ backend: { kind: 'postgres', url: () => url(port) }, log, slots: 2 });
  open.push(queue);
  return { queue, log };
}

describeQueueContract('Postgres', () => ({ kind: 'postgres', url }));

test('migrating twice changes nothing', async () => {
  const ledger = async (): Promise<readonly unknown[]> =>
    (await owner.query<{ version: number }>('SELECT * FROM bullmq.migration ORDER BY version')).rows;
  const before = await ledger();
  await migrateQueue(postgres.url);
  expect(await ledger()).toEqual(before);
  expect(before.length).toBeGreaterThan(0);
});

test('a migration that cannot be made says so without the password', async () => {
  const failure = migrateQueue('postgres://nobody:canary@127.0.0.1:1/postgres');
  await expect(failure).rejects.toMatchObject({ code: 'migration_failed' });
  await expect(failure).rejects.not.toThrow(/canary/);
});

test('a ticket holds nothing but its kind', async () => {
  const { queue } = start();
  await queue.issue('evaluate');
  const { rows } = await owner.query('SELECT queue, name, data FROM bullmq.job');
  expect(rows).toEqual([{ queue: 'evaluate', name: 'evaluate', data: {} }]);
});

test('tickets for the same moment are bounded by the slots', async () => {
  const { queue } = start();
  await Promise.all(Array.from({ length: 50 }, () => queue.issue('deliver', 60_000)));
  const { rows } = await owner.query('SELECT DISTINCT split_part(id, $1, 2) AS slice FROM bullmq.job', ['-']);
  const tickets = await owner.query('SELECT count(*)::int AS count FROM bullmq.job');
  expect(tickets.rows[0]).toEqual({ count: expect.any(Number) as number });
  expect((tickets.rows[0] as { count: number }).count).toBeLessThanOrEqual(2 * rows.length);
});

test('a ticket that was done leaves no row', async () => {
  const { queue } = start();
  let worked = 0;
  queue.consume('evaluate', { slots: 1, work: () => Promise.resolve(++worked < 1) });
  await queue.issue('evaluate');
  await until(async () => worked > 0 && (await owner.query('SELECT 1 FROM bullmq.job')).rowCount === 0);
});

describe('an outage', () => {
  let proxy: SeverableProxy;

  beforeEach(async () => {
    proxy = new SeverableProxy(postgres.port);
    await proxy.restore();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.close()));
    await proxy.sever();
  });

  test('at the start: tickets are refused, one line says so, and the queue comes by itself', async () => {
    await proxy.sever();
    const { queue, log } = start(proxy.port);
    let worked = 0;
    queue.consume('evaluate', { slots: 1, work: () => Promise.resolve(++worked < 1) });
    await until(() => log.count('queue away') > 0);
    const answers = await Promise.all(Array.from({ length: 100 }, () => queue.issue('evaluate')));
    expect(new Set(answers)).toEqual(new Set([false]));
    await expect(queue.waiting('evaluate')).rejects.toMatchObject({ code: 'unavailable' });
    expect(log.count('queue away')).toBe(1);

    await proxy.restore();
    await until(() => queue.issue('evaluate'));
    await until(() => worked > 0);
    expect([log.count('queue away'), log.count('queue back')]).toEqual([1, 1]);
  });

  test('in the middle: the consumer works again afterwards', async () => {
    const { queue, log } = start(proxy.port);
    let worked = 0;
    queue.consume('evaluate', { slots: 1, work: () => Promise.resolve(++worked < 1) });
    await queue.issue('evaluate');
    await until(() => worked > 0);

    await proxy.sever();
    await until(async () => !(await queue.issue('evaluate')));
    const before = worked;
    await proxy.restore();
    await until(async () => (await queue.issue('evaluate')) && worked > before);
    expect(log.count('queue away')).toBe(1);
  });

  test('the log of an outage holds no password', async () => {
    await proxy.sever();
    const { queue, log } = start(proxy.port);
    expect(await queue.issue('evaluate')).toBe(false);
    expect(JSON.stringify(log.lines)).toMatch(/queue away/);
    expect(JSON.stringify(log.lines)).not.toMatch(/rungate_queue:queue/);
  });
});
