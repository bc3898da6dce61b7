import { Client } from 'pg';
import { embeddedDatabaseUrl } from '../../harness/embedded-database.js';
import { onCleanup } from '../../harness/cleanup.js';
import type { World } from './world.js';

/** What can happen to the place where tickets lie; each the same story on Redis and on Postgres. */
export interface QueueFaults {
  away(): Promise<void>;
  /** Takes connections, or keeps them, and answers nothing. */
  silent(): Promise<void>;
  /** Refuses whatever would be written, as a Redis that is out of memory. */
  full(): Promise<void>;
  /** Every ticket is gone at once. */
  wipe(): Promise<void>;
  /** Throws away single tickets, as a Redis with an eviction policy does. */
  evict(): Promise<void>;
  /** Starts anew: with the tickets that it had, or with none. */
  restart(tickets: 'kept' | 'lost'): Promise<void>;
  /** Ends whatever was done to it. */
  calm(): Promise<void>;
}

/** The faults of the queue that a world has. */
export function queueFaults(world: World): QueueFaults {
  return world.redis === null ? postgresFaults(world) : redisFaults(world.redis);
}

function redisFaults({ server, proxy }: NonNullable<World['redis']>): QueueFaults {
  const { client } = server;
  let isAway = false;
  const limit = async (policy: string): Promise<void> => {
    await client.config('SET', 'maxmemory-policy', policy);
    await client.config('SET', 'maxmemory', '1');
  };
  return {
    async away() {
      isAway = true;
      await server.server.kill();
    },
    silent: () => proxy.become({ kind: 'silent' }),
    full: () => limit('noeviction'),
    wipe: async () => {
      await client.flushall();
    },
    evict: () => limit('allkeys-random'),
    async restart(tickets) {
      if (tickets === 'kept') await client.save();
      await server.server.kill();
      await server.server.start();
    },
    async calm() {
      await proxy.become({ kind: 'forward' });
      if (isAway) await server.server.start();
      isAway = false;
      await client.config('SET', 'maxmemory', '0');
      await client.config('SET', 'maxmemory-policy', 'noeviction');
    },
  };
}

/** Everything but BullMQ's note of its own version. */
const TABLES = `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
  WHERE schemaname = 'bullmq' AND tablename NOT IN ('migration', 'meta')`;

function postgresFaults({ postgres }: World): QueueFaults {
  let locks: Client | null = null;
  const forEachTable = (statement: string): Promise<unknown> =>
    postgres.query(
      `DO $$ DECLARE t text; BEGIN FOR t IN ${TABLES} LOOP EXECUTE format('${statement}', t); END LOOP; END $$`,
    );
  const unlock = async (): Promise<void> => {
    await locks?.end();
    locks = null;
  };
  onCleanup(unlock);
  return {
    async away() {
      await postgres.query('ALTER ROLE rungate_queue NOLOGIN');
      await postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rungate_queue'`);
    },
    async silent() {
      locks = new Client({ connectionString: embeddedDatabaseUrl(postgres.dataDir) });
      locks.on('error', () => undefined);
      await locks.connect();
      await locks.query('BEGIN');
      await locks.query(
        `DO $$ DECLARE t text; BEGIN FOR t IN ${TABLES} LOOP EXECUTE format('LOCK TABLE %s', t); END LOOP; END $$`,
      );
    },
    async full() {
      await postgres.query(`
        CREATE OR REPLACE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$`);
      await forEachTable(
        'CREATE OR REPLACE TRIGGER no_room BEFORE INSERT OR UPDATE ON %s EXECUTE FUNCTION public.no_room()',
      );
    },
    wipe: async () => {
      await forEachTable('TRUNCATE %s CASCADE');
    },
    evict: async () => {
      await postgres.query('DELETE FROM bullmq.job WHERE random() < 0.5');
    },
    async restart(tickets) {
      if (tickets === 'lost') await forEachTable('TRUNCATE %s CASCADE');
      await postgres.restart('fast');
    },
    async calm() {
      await unlock();
      await postgres.query('ALTER ROLE rungate_queue LOGIN');
      await forEachTable('DROP TRIGGER IF EXISTS no_room ON %s');
    },
  };
}
