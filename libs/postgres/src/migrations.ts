import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClientBase, Pool } from 'pg';
import { PostgresError } from './errors.js';

/** `prisma/migrations`, beside the sources and beside the build alike. */
export const MIGRATIONS_DIR = path.resolve(__dirname, '../../../prisma/migrations');

/** One migration as its folder holds it. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex: what Prisma records too. */
  readonly checksum: string;
}

/** In order of name. */
export function readMigrations(directory: string): readonly Migration[] {
  return readdirSync(directory)
    .sort()
    .map((name) => ({ name, file: path.join(directory, name, 'migration.sql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => {
      const bytes = readFileSync(file);
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    });
}

/**
 * Those that the database has not applied.
 * @throws PostgresError `migration_failed` when one failed earlier or was edited after it was applied.
 */
export async function findPending(
  client: ClientBase | Pool,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const records = await readRecords(client);
  const failed = records.find(({ finished }) => !finished);
  if (failed !== undefined) {
    throw new PostgresError(
      'migration_failed',
      `The migration ${failed.name} failed earlier (its error is in the column "logs" of _prisma_migrations). Mend its cause and delete its row.`,
    );
  }
  const applied = new Map(records.map(({ name, checksum }) => [name, checksum]));
  const edited = migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (edited !== undefined) {
    throw new PostgresError(
      'migration_failed',
      `The migration ${edited.name} was edited after it was applied to this database. Restore the file as it was.`,
    );
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

interface MigrationRecord {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

async function readRecords(client: ClientBase | Pool): Promise<readonly MigrationRecord[]> {
  const table = await client.query<{ found: boolean }>("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found");
  if (table.rows[0]?.found !== true) return [];
  const { rows } = await client.query<MigrationRecord>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  return rows;
}
