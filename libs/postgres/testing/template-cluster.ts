import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where `npm test` keeps what one suite's clusters are copies of; undefined: each test file makes its own. */
const templates = process.env.RUNGATE_TEST_TEMPLATES;

/** Makes a cluster with a migrated template database in a data directory, stops it, and answers its master key. */
export type MakeCluster = (dataDir: string) => Promise<string>;

/**
 * Fills a data directory with a stopped cluster, made once by each of Jest's workers and copied from then on.
 * @returns the master key that its template database knows
 */
export async function fillDataDir(dataDir: string, make: MakeCluster): Promise<string> {
  if (templates === undefined) return make(dataDir);
  // One worker runs one file after another, so nobody else writes here.
  const template = path.join(templates, process.env.JEST_WORKER_ID ?? '0');
  const keyFile = path.join(template, 'master-key');
  const original = path.join(template, 'data');
  if (!existsSync(keyFile)) {
    mkdirSync(original, { recursive: true });
    for (const directory of [template, original]) chmodSync(directory, 0o711);
    writeFileSync(keyFile, await make(original), { mode: 0o600 });
  }
  // With owners, as Postgres runs as somebody else where we are root.
  execFileSync('cp', ['-a', `${original}/.`, dataDir]);
  return readFileSync(keyFile, 'utf8');
}
