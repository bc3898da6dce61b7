import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DesiredConnection, RecordAnswer } from '@rungate/run-task';
import { HOOK_SECRET, TESTER } from '@rungate/run-task/testing';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../embedded/index.js';
import { anOrganization, testBinDir, type TestOrganization } from '../../testing/index.js';
import {
  migrate,
  newMasterKey,
  openPostgres,
  parseMasterKeys,
  queueAddress,
  rotateKeys,
  type Postgres,
} from '../index.js';

jest.setTimeout(90_000);

const [OLD, NEW] = [newMasterKey(), newMasterKey()];
const idOf = (key: string): string => parseMasterKeys([key]).ids()[0] ?? '';

/** A cluster as a provider of Postgres gives it: the owner of the database is no superuser. */
describe('rotation of the encryption key', () => {
  let cluster: EmbeddedPostgres;
  let dataDir: string;
  let url: string;
  let opened: Postgres[] = [];

  beforeEach(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'rungate-rotation-'));
    chmodSync(dataDir, 0o711);
    cluster = await startEmbeddedPostgres({ dataDir, binDir: testBinDir, settings: { fsync: 'off' } });
    await asSuperuser(`CREATE ROLE managed LOGIN CREATEROLE PASSWORD 'a-password'`);
    await asSuperuser('CREATE DATABASE rungate OWNER managed');
    url = `postgresql://managed:a-password@127.0.0.1:${cluster.port}/rungate`;
    await migrate({ url, masterKeys: parseMasterKeys([OLD]) });
  });
  afterEach(async () => {
    await Promise.all(opened.map((postgres) => postgres.close()));
    opened = [];
    await cluster.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const asSuperuser = async (sql: string, database = 'postgres'): Promise<object[]> => {
    const client = new Client({ connectionString: new URL(`/${database}`, cluster.url).href });
    await client.connect();
    try {
      return (await client.query<object>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  /** Another process, with these keys in this order. */
  const open = async (...keys: string[]): Promise<Postgres> => {
    const postgres = await openPostgres({ url, masterKeys: parseMasterKeys(keys) });
    opened.push(postgres);
    return postgres;
  };
  const rotate = (dryRun = false) => rotateKeys({ url, masterKeys: parseMasterKeys([NEW, OLD]), dryRun });
  const closeAll = async (): Promise<void> => {
    await Promise.all(opened.map((postgres) => postgres.close()));
    opened = [];
  };

  it('refuses nothing while it runs, and afterwards the new key is enough', async () => {
    const appended = await open(OLD, NEW);
    const worlds: TestOrganization[] = [];
    for (let index = 0; index < 30; index++) worlds.push(await anOrganization({ postgres: appended }, `org-${index}`));
    const moved = await open(NEW, OLD);
    const answers: RecordAnswer['kind'][] = [];
    let running = true;
    let count = 0;
    const send = async (process: Postgres): Promise<void> => {
      while (running) {
        const world = worlds[count % worlds.length];
        count += 1;
        if (world === undefined) return;
        const hook = await process.hooks.findHook(world.runTask.hookId);
        if (hook === null) throw new Error('a hook vanished');
        const request = world.request(`taskrs-${count}`, { hook, keyId: hook.keys[0]?.id ?? '' });
        answers.push((await process.hooks.recordTaskResult(request)).kind);
      }
    };
    const traffic = [appended, moved, appended, moved].map(send);
    const added = anOrganization({ postgres: appended }, 'meanwhile');
    const rotation = await rotate();
    await added;
    const fresh = await open(NEW, OLD);
    const more = send(fresh);
    await new Promise((resolve) => setTimeout(resolve, 300));
    running = false;
    await Promise.all([...traffic, more]);

    expect(answers.length).toBeGreaterThan(50);
    expect(new Set(answers)).toEqual(new Set(['recorded']));
    expect(rotation).toMatchObject({ newestKey: idOf(NEW), unknownKeys: [], sharedKeys: [] });
    expect(rotation.dataKeys.changed).toBeGreaterThanOrEqual(60);
    expect(rotation.fingerprints.changed).toBeGreaterThanOrEqual(30);
    // A process that still puts the old key first may have used it meanwhile.
    expect(rotation.lagging).toBeGreaterThan(0);
    expect(rotation.stillNeeded).toEqual([idOf(OLD)]);

    await closeAll();
    expect(await rotate()).toMatchObject({ lagging: 0, noLongerNeeded: [idOf(OLD)], stillNeeded: [] });
    const rotated = await open(NEW);
    const [lease] = await rotated.schedule.claim('worker', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    expect((await rotated.tasks.loadEvaluation(lease))?.request.grant.accessToken).toBeTruthy();
    expect((await rotated.hooks.findHook(worlds[7]?.runTask.hookId ?? ''))?.keys).toHaveLength(1);
    await expect(anOrganization({ postgres: rotated }, 'copy', `${HOOK_SECRET}-org-3`)).rejects.toThrow('key_in_use');
    await expect(open(OLD)).rejects.toMatchObject({ code: 'login_refused' });
  });

  it('changes nothing a second time, and nothing at all on a dry run', async () => {
    await anOrganization({ postgres: await open(OLD) }, 'acme');
    await closeAll();
    const sealed = () => asSuperuser('SELECT wrapped FROM data_keys ORDER BY id', 'rungate');
    const before = await sealed();
    expect(await rotate(true)).toMatchObject({
      dataKeys: { changed: 2, unchanged: 0 },
      fingerprints: { changed: 1, unchanged: 0 },
      noLongerNeeded: [],
      stillNeeded: [idOf(OLD)],
    });
    expect(await sealed()).toEqual(before);
    expect((await open(OLD)).hooks).toBeDefined();
    await closeAll();
    expect(await rotate()).toMatchObject({ dataKeys: { changed: 2, unchanged: 0 }, noLongerNeeded: [idOf(OLD)] });
    expect(await rotate()).toMatchObject({
      dataKeys: { changed: 0, unchanged: 2 },
      fingerprints: { changed: 0, unchanged: 1 },
    });
  });

  it('does not begin while a running process could not follow', async () => {
    await open(OLD);
    await expect(rotate()).rejects.toMatchObject({ code: 'key_not_everywhere' });
    await closeAll();
    await expect(rotate()).resolves.toBeDefined();
  });

  it('names keys that are not listed, and leaves alone what they wrap', async () => {
    await anOrganization({ postgres: await open(OLD) }, 'acme');
    await closeAll();
    const third = newMasterKey();
    expect(await rotateKeys({ url, masterKeys: parseMasterKeys([third]), dryRun: false })).toMatchObject({
      dataKeys: { changed: 0, unchanged: 2 },
      unknownKeys: [idOf(OLD)],
    });
  });

  it('seals client secrets of connections anew, so that people sign in as before', async () => {
    const before = await open(OLD);
    const { id: organizationId } = (await anOrganization({ postgres: before }, 'acme')).organization;
    const secret = 'a-client-secret';
    const ids = [randomUUID(), randomUUID()];
    for (const [index, id] of ids.entries())
      await before.connections.save(aConnection(id, index === 0 ? organizationId : null, secret), TESTER);
    await closeAll();
    expect(await rotate(true)).toMatchObject({ clientSecrets: { changed: 2, unchanged: 0 }, stillNeeded: [idOf(OLD)] });
    expect(await rotate()).toMatchObject({ clientSecrets: { changed: 2 }, noLongerNeeded: [idOf(OLD)] });
    const rotated = await open(NEW);
    for (const id of ids) expect((await rotated.signIns.findConnection(id))?.clientSecret).toBe(secret);
  });

  it('tells the queue of the password that holds now, when it asks again', async () => {
    const address = await queueAddress({ url, masterKeys: parseMasterKeys([OLD, NEW]) });
    const connect = async (): Promise<boolean> => {
      const client = new Client({ connectionString: address() });
      try {
        await client.connect();
        return true;
      } catch {
        return false;
      } finally {
        await client.end();
      }
    };
    expect(await connect()).toBe(true);
    await rotate();
    for (let tries = 50; !(await connect()); tries--) {
      if (tries === 0) throw new Error('the queue is never told');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});

function aConnection(id: string, organizationId: string | null, clientSecret: string): DesiredConnection {
  return {
    ...{ id, organizationId, clientSecret, type: 'oidc', name: 'sso', status: 'active', development: false },
    ...{
      issuer: 'https://sso.example',
      clientId: id,
      scopes: ['openid'],
      signInUrl: null,
      certificates: [],
      privateRanges: [],
      caBundle: null,
    },
    ...{ attributeMap: {}, requiredClaims: [], roleRules: [], defaultRole: null, jit: true },
    ...{ idleMinutes: null, absoluteMinutes: null },
  };
}
