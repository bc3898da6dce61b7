import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@rungate/postgres/embedded';
import { startTestRedis } from '@rungate/queue/testing';
import { Client } from 'pg';
import { z } from 'zod';
import type { Closing } from './closing.js';
import { freePort, startProcess, type Started } from './process.js';
import type { BenchHook } from './terraform.js';

/** A real Postgres with all its waits for the disk: what every row shares. */
export interface Database {
  /** A new, empty database with the superuser's login. */
  create(): Promise<string>;
  readonly directory: string;
  /** Of the postmaster: every connection is a process below it. */
  readonly pid: number;
}

/** Starts Postgres on a directory that is gone afterwards. */
export async function startDatabase(closing: Closing): Promise<Database> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'rungate-bench-'));
  chmodSync(directory, 0o711);
  closing.defer(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const dataDir = path.join(directory, 'data');
  const starting = startEmbeddedPostgres({ dataDir });
  // Before it runs: an interrupted start must not leave it behind.
  closing.defer(() =>
    starting.then(
      (started) => started.stop(),
      () => undefined,
    ),
  );
  const cluster = await starting;
  let count = 0;
  return {
    directory,
    pid: cluster.pid,
    async create() {
      const name = `bench_${++count}`;
      await runAt(cluster.url, `CREATE DATABASE ${name}`);
      const url = new URL(cluster.url);
      url.pathname = `/${name}`;
      return url.href;
    },
  };
}

/** Runs statements as the superuser. */
export async function runAt<Row extends object>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values.length === 0 ? undefined : [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Rungate as processes of its own. */
export interface Platform {
  readonly url: string;
  readonly pid: number;
  readonly databaseUrl: string;
  /** Creates an organization with one run task. */
  createHook(slug: string, runTask: Readonly<Record<string, unknown>>): Promise<BenchHook>;
  /** Starts another process over the same database. */
  startRole(role: string): Promise<Started>;
}

/** A Redis that keeps nothing on disk: the queue of a production, which may be lost at any time. */
export async function startRedis(closing: Closing): Promise<string> {
  const redis = await startTestRedis();
  closing.defer(() => redis.close());
  return `redis://127.0.0.1:${redis.port}`;
}

/** What a platform of a row has of its own. */
export interface NewPlatform {
  readonly database: Database;
  readonly roles: string;
  readonly profileDir: string | null;
  readonly env?: NodeJS.ProcessEnv;
  readonly closing: Closing;
}

/** Starts `rungate serve`, as production would but for http and loopback. */
export async function startPlatform({ database, roles, profileDir, env, closing }: NewPlatform): Promise<Platform> {
  const databaseUrl = await database.create();
  const token = randomBytes(32).toString('hex');
  const encryptionKey = randomBytes(32).toString('base64');
  const startRole = async (role: string): Promise<Started> =>
    startProcess({
      args: ['apps/rungate/rungate.js', 'serve', '--roles', role],
      env: {
        DATABASE_URL: databaseUrl,
        RUNGATE_ENCRYPTION_KEY: encryptionKey,
        RUNGATE_BOOTSTRAP_TOKEN: token,
        RUNGATE_DEV: '1',
        RUNGATE_DATA_DIR: mkdtempSync(path.join(database.directory, 'platform-')),
        RUNGATE_LISTEN: `127.0.0.1:${await freePort()}`,
        RUNGATE_METRICS_LISTEN: `127.0.0.1:${await freePort()}`,
        ...env,
      },
      profileDir,
      ready: /^Rungate is ready at (\S+)$/m,
      closing,
    });
  const { told: url, pid } = await startRole(roles);
  return {
    url,
    pid,
    databaseUrl,
    startRole,
    async createHook(slug, runTask) {
      await put(`${url}/api/v1/organizations/${slug}`, token, { displayName: slug });
      const hmacKey = randomBytes(32).toString('hex');
      const created = await put(`${url}/api/v1/organizations/${slug}/run-tasks/bench`, token, { ...runTask, hmacKey });
      return { url: created.hookUrl, hmacKey };
    },
  };
}

const answerSchema = z.object({ hookUrl: z.string().default('') });

async function put(url: string, token: string, body: unknown): Promise<z.output<typeof answerSchema>> {
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`PUT ${url} was answered ${answer.status}: ${text}`);
  return answerSchema.parse(JSON.parse(text));
}
