import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { PLATFORM } from '@rungate/run-task/testing';
import { startEmbeddedPostgres } from '../embedded/index.js';
import { anOrganization, startTestPostgres, testBinDir, type TestPostgres } from '../testing/index.js';
import { migrate, newMasterKey, openPostgres, parseMasterKeys, queueAddress, Secret } from './index.js';

jest.setTimeout(60_000);

describe('serving logins', () => {
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  it.each([
    ['a superuser', 'SUPERUSER', 'is a superuser'],
    ['one that bypasses row-level security', 'BYPASSRLS', 'bypasses row-level security'],
    ['one that creates roles', 'CREATEROLE', 'may create roles'],
    ['a member of the owner', 'IN ROLE rungate_owner', 'is a member of an owner'],
  ])('refuse to be %s', async (_what, attribute, reason) => {
    const user = `bad_${attribute.toLowerCase().replaceAll(/\W/g, '_')}`;
    await db.query(`CREATE ROLE ${user} LOGIN PASSWORD 'p' ${attribute}`);
    const logins = { rungate_organization: { user, password: new Secret('p') } };
    const opening = openPostgres({ url: db.url, masterKeys: db.masterKeys, logins });
    await expect(opening).rejects.toThrow(reason);
    await expect(opening).rejects.toMatchObject({ code: 'unsafe_login' });
  });

  it('refuse another master key in one sentence', async () => {
    const masterKeys = parseMasterKeys([newMasterKey()]);
    await expect(openPostgres({ url: db.url, masterKeys })).rejects.toMatchObject({ code: 'login_refused' });
    await expect(queueAddress({ url: db.url, masterKeys })).rejects.toMatchObject({ code: 'login_refused' });
  });

  it('say within seconds that some connections could not be opened, whichever', async () => {
    for (const open of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const slow = await lettingIn(db.url, open);
      try {
        await expect(openPostgres({ url: slow.url, masterKeys: db.masterKeys })).rejects.toThrow('timeout');
      } finally {
        await slow.close();
      }
    }
  });

  it('give the queue an address of its own', async () => {
    const address = await queueAddress({ url: db.url, masterKeys: db.masterKeys });
    expect(address()).toMatch(/^postgresql:\/\/rungate_queue:/);
  });
});

describe('a master key', () => {
  it('is rotated under a process that runs: added last everywhere, then moved first', async () => {
    const db = await startTestPostgres();
    try {
      const [older, newer] = [newMasterKey(), newMasterKey()];
      await migrate({ url: db.url, masterKeys: parseMasterKeys([older]) });
      const running = await db.open({ masterKeys: parseMasterKeys([older, newer]) });
      const acme = await anOrganization({ postgres: running }, 'acme');
      await migrate({ url: db.url, masterKeys: parseMasterKeys([newer, older]) });
      // Connections that are open stay; new ones must find the other password.
      await db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'rungate_%' AND pid <> pg_backend_pid()`,
      );
      await expect(settled(() => running.health())).resolves.toBeUndefined();
      expect(await running.hooks.recordTaskResult(acme.request('taskrs-1'))).toEqual({ kind: 'recorded' });
      expect(await running.organizations.find(PLATFORM, 'acme')).toMatchObject({ slug: 'acme' });
      const rotated = await db.open({ masterKeys: parseMasterKeys([newer, older]) });
      expect((await rotated.hooks.findHook(acme.hook.hookId))?.keys).toHaveLength(1);
    } finally {
      await db.close();
    }
  });
});

describe('a database that goes away', () => {
  it('fails accept by a timer of its own, ends no process, and is used again when it is back', async () => {
    const db = await startTestPostgres();
    try {
      const acme = await anOrganization(db, 'acme');
      const { port } = db.cluster;
      const backends = await db.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE usename = 'rungate_ingress'`,
      );
      const frozen = [db.cluster.pid, ...backends.map(({ pid }) => pid)];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      // By our own timer of 1 s: the server says nothing.
      await expect(db.postgres.hooks.recordTaskResult(acme.request('taskrs-1'))).rejects.toThrow(/timeout/i);
      for (const pid of frozen) process.kill(pid, 'SIGCONT');

      const { dataDir } = db;
      await db.cluster.stop();
      await expect(db.postgres.hooks.recordTaskResult(acme.request('taskrs-1'))).rejects.toThrow();
      await expect(db.postgres.health()).rejects.toThrow();
      const again = await startEmbeddedPostgres({
        dataDir,
        binDir: testBinDir,
        settings: { port: String(port), fsync: 'off' },
      });
      try {
        await settled(() => db.postgres.health());
        expect(await db.postgres.hooks.recordTaskResult(acme.request('taskrs-1'))).toEqual({ kind: 'recorded' });
        expect(await db.postgres.schedule.claim('worker', 5)).toHaveLength(1);
        expect(await db.postgres.organizations.find(PLATFORM, 'acme')).toMatchObject({ slug: 'acme' });
        await db.postgres.close();
      } finally {
        await again.stop();
      }
    } finally {
      await db.close();
    }
  });
});

/** Tries again for some seconds: connections that the server closed are noticed one by one. */
async function settled(work: () => Promise<void>): Promise<void> {
  for (let left = 50; ; left--) {
    try {
      await work();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Another address of the same database, where only the first connections are ever answered. */
async function lettingIn(url: string, count: number): Promise<{ readonly url: string; close(): Promise<void> }> {
  const target = new URL(url);
  const port = Number(target.port);
  const sockets: Socket[] = [];
  let arrived = 0;
  const server = createServer((near) => {
    sockets.push(near.on('error', () => undefined));
    if (++arrived > count) return;
    const far = connect(port, target.hostname).on('error', () => undefined);
    sockets.push(far);
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address === 'object' && address !== null) target.port = String(address.port);
  return {
    url: target.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
