import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { superuserAddress } from './address.js';
import { isAlive, readPidFile, runsCluster } from './postmaster.js';

/**
 * Address of the embedded Postgres that a running platform has on a data directory, with the login that migrates; null
 * when none runs. Changes nothing.
 */
export function findEmbeddedPostgres(dataDir: string): string | null {
  const location = path.join(dataDir, 'postgres.location');
  const clusterDir = existsSync(location) ? readFileSync(location, 'utf8').trim() : path.join(dataDir, 'postgres');
  const passwordFile = path.join(dataDir, 'postgres-password');
  if (!existsSync(clusterDir) || !existsSync(passwordFile)) return null;
  const running = readPidFile(clusterDir);
  if (running?.ready !== true || !isAlive(running.pid) || !runsCluster(running.pid, clusterDir)) return null;
  return superuserAddress(running.port, readFileSync(passwordFile, 'utf8').trim());
}
