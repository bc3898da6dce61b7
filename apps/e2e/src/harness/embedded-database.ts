import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';

/** Address of the embedded Postgres that runs on a data directory, with its superuser's login. */
export function embeddedDatabaseUrl(dataDir: string): string {
  const password = readFileSync(path.join(dataDir, 'postgres-password'), 'utf8').trim();
  return `postgresql://rungate_owner:${password}@127.0.0.1:${postmasterLine(dataDir, 3)}/postgres`;
}

/** Process id of the embedded Postgres that runs on a data directory. */
export function postmasterPid(dataDir: string): number {
  return Number(postmasterLine(dataDir, 0));
}

/** A line of `postmaster.pid`: the first is the pid, the fourth the port (Postgres source, miscadmin.h). */
function postmasterLine(dataDir: string, line: number): string {
  const location = path.join(dataDir, 'postgres.location');
  const cluster = existsSync(location) ? readFileSync(location, 'utf8').trim() : path.join(dataDir, 'postgres');
  return readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[line] ?? '';
}

/** Runs one query as the superuser. */
export async function queryAsSuperuser(dataDir: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: embeddedDatabaseUrl(dataDir) });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table that is not Postgres' own, as text; `bytea` is in hex. */
export async function dumpAllTables(dataDir: string): Promise<string> {
  const client = new Client({ connectionString: embeddedDatabaseUrl(dataDir) });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    let dump = '';
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      dump += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
    }
    return dump;
  } finally {
    await client.end();
  }
}
