import { createPostgresBackend, withBackend } from 'bullmq';
import { QueueError } from './errors.js';

/** Makes or renews BullMQ's own schema `bullmq` as its owner; belongs to the migration step, before the grants. */
export async function migrateQueue(migrationUrl: string): Promise<void> {
  const { Queue } = withBackend(createPostgresBackend);
  const queue = new Queue('migration', {
    connection: { connectionString: migrationUrl, migrate: true, max: 1, connectionTimeoutMillis: 10_000 },
    skipMetasUpdate: true,
  });
  queue.on('error', () => undefined);
  try {
    await queue.waitUntilReady();
  } catch (error) {
    throw new QueueError('migration_failed', 'BullMQ could not make its tables in the schema "bullmq".', {
      cause: error,
    });
  } finally {
    await queue.close();
  }
}
