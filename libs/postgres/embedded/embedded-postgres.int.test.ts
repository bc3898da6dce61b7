import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { locateCluster } from './data-dir.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './index.js';
import { isAlive } from './postmaster.js';

const asRoot = process.getuid?.() === 0;
const DEBIAN = '/usr/lib/postgresql/15/bin';

jest.setTimeout(60_000);

describe('embedded Postgres', () => {
  let home: string;
  const running: EmbeddedPostgres[] = [];

  const start = async (dataDir: string, binDir?: string): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir, binDir, settings: { fsync: 'off' } });
    running.push(server);
    return server;
  };

  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'rungate-embedded-'));
    chmodSync(home, 0o755);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
    const location = path.join(home, 'data', 'postgres.location');
    if (existsSync(location)) {
      rmSync(path.dirname(readFileSync(location, 'utf8').trim()), { recursive: true, force: true });
    }
    rmSync(home, { recursive: true, force: true });
  });

  it('keeps its data from one start to the next and leaves no process behind', async () => {
    const dataDir = path.join(home, 'data');
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('asks for a password, listens on loopback alone, and hides its secret', async () => {
    const dataDir = path.join(home, 'data');
    const server = await start(dataDir);

    const wrong = server.url.replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(statSync(path.join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
  });

  it('adopts the server of a process that was killed', async () => {
    const dataDir = path.join(home, 'data');
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS answer');

    const second = await start(dataDir);

    expect(second.pid).toBe(first.pid);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 1 }]);
  });

  it('stops a server that it left and cannot log in to, and starts its own', async () => {
    const dataDir = path.join(home, 'data');
    const first = await start(dataDir);
    const owner = new URL(first.url);
    await query(first.url, `ALTER ROLE ${owner.username} CONNECTION LIMIT 0; ALTER ROLE ${owner.username} NOLOGIN`);
    const second = await start(dataDir);
    expect(second.pid).not.toBe(first.pid);
    expect(isAlive(first.pid)).toBe(false);
  });

  it('starts after a crash whose pid now belongs to a stranger', async () => {
    const dataDir = path.join(home, 'data');
    const first = await start(dataDir);
    const { clusterDir } = locateCluster(dataDir);
    const pidFile = readFileSync(path.join(clusterDir, 'postmaster.pid'), 'utf8');
    process.kill(first.pid, 'SIGKILL');
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      writeFileSync(path.join(clusterDir, 'postmaster.pid'), pidFile.replace(/^\d+/, String(stranger.pid)));
      const second = await start(dataDir);
      expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(isAlive(stranger.pid ?? 0)).toBe(true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('says in one sentence that a data directory cannot be written', async () => {
    writeFileSync(path.join(home, 'file'), '');
    const starting = start(path.join(home, 'file', 'data'));
    await expect(starting).rejects.toThrow('cannot be written. Choose another with RUNGATE_DATA_DIR.');
    await expect(starting).rejects.toMatchObject({ code: 'data_dir_unwritable' });
  });

  // An ordinary user has no such case: Postgres runs as that user, who can read what is its own.
  if (asRoot) {
    it('works as root below a closed directory, whose mode stays', async () => {
      chmodSync(home, 0o700);
      const dataDir = path.join(home, 'data');
      const server = await start(dataDir);
      const location = readFileSync(path.join(dataDir, 'postgres.location'), 'utf8');
      try {
        expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        expect(statSync(home).mode & 0o777).toBe(0o700);
        expect(location).toMatch(/^\/var\/lib\/rungate\//);
        await server.stop();
        const again = await start(dataDir);
        expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        await again.stop();
      } finally {
        rmSync(location.trim(), { recursive: true, force: true });
      }
    });
  }

  (existsSync(DEBIAN) ? it : it.skip)('runs another Postgres, such as version 15', async () => {
    mkdirSync(path.join(home, 'data'));
    const server = await start(path.join(home, 'data'), DEBIAN);
    const version = `SELECT current_setting('server_version_num')::integer / 10000 AS major`;
    expect(await query(server.url, version)).toEqual([{ major: 15 }]);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
