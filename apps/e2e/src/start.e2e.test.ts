import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Api } from './harness/api.js';
import { CHECKOUT, freePort, newDirectory } from './harness/checkout.js';
import { Child } from './harness/child.js';
import { cleanUp } from './harness/cleanup.js';
import { embeddedDatabaseUrl } from './harness/embedded-database.js';
import { launchRungate, startRungate, type Rungate, type RungateOptions } from './harness/rungate-process.js';

jest.setTimeout(120_000);

let rungate: Rungate;

beforeAll(async () => {
  rungate = await startRungate();
});

afterAll(cleanUp);

describe('rungate serve', () => {
  it('says on stdout where it is ready, and nothing else', () => {
    expect(rungate.child.stdout).toBe(`Rungate is ready at ${rungate.url}\n`);
    expect(rungate.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('is alive and ready for all its roles', async () => {
    const [healthz, readyz] = await Promise.all(['healthz', 'readyz'].map((name) => fetch(`${rungate.url}/${name}`)));
    expect(await healthz?.json()).toEqual({ status: 'OK' });
    expect(readyz?.status).toBe(200);
    expect(await readyz?.json()).toEqual({
      status: 'OK',
      roles: ['ingress', 'worker', 'api'],
      // What the machine can do.
      isolation: expect.stringMatching(/^(full|limited|weak)$/) as string,
      checks: [
        { name: 'database', status: 'OK' },
        { name: 'queue', status: 'OK' },
        { name: 'runner', status: 'OK' },
      ],
    });
  });

  it('ends 0 on Ctrl-C, leaves no process, and knows its organizations when it is started again', async () => {
    const options = { dataDir: newDirectory() };
    const first = await startRungate(options);
    const created = await new Api(first).call('PUT', '/organizations/initech', { displayName: 'Initech' });
    expect(created.status).toBe(201);
    expect(first.child.descendants().length).toBeGreaterThan(3);
    expect(await first.child.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(await first.child.leftovers()).toEqual([]);

    const second = await startRungate(options);
    const found = await new Api(second).call('GET', '/organizations/initech');
    expect(found.body).toMatchObject({ displayName: 'Initech', createdAt: createdAtOf(created.body) });
    expect(await second.child.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await second.child.leftovers()).toEqual([]);
  });
});

function createdAtOf(body: unknown): string {
  return z.object({ createdAt: z.string() }).parse(body).createdAt;
}

/** What a person sees when it does not start: the lines that are not log lines. */
async function refusal(options: RungateOptions = {}): Promise<string> {
  const child = await launchRungate(['serve'], options);
  const { code } = await child.ended();
  expect(code).toBeGreaterThan(0);
  expect(child.stdout).toBe('');
  expect(await child.leftovers()).toEqual([]);
  const said = child.stderr.split('\n').filter((line) => !line.startsWith('{'));
  expect(said[0]).toMatch(/^rungate: /);
  expect(said.filter((line) => /^\s+at |Error:/.test(line))).toEqual([]);
  return said.join('\n').trim();
}

/** With a database of one's own, this is the least that must be said besides. */
async function refusalOfDatabase(url: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const key = Buffer.alloc(32, 7).toString('base64');
  return refusal({ env: { DATABASE_URL: url, RUNGATE_ENCRYPTION_KEY: key, RUNGATE_DEV: '1', ...env } });
}

describe('rungate serve refuses to start, says why in a sentence, and leaves nothing behind', () => {
  it('on a data directory that is in use, and names the process that uses it', async () => {
    const said = await refusal({ dataDir: rungate.dataDir });
    expect(said).toContain(`in use by the process ${rungate.child.pid}`);
    expect((await fetch(`${rungate.url}/readyz`)).status).toBe(200);
  });

  it('on a port that is in use', async () => {
    const { host } = new URL(rungate.url);
    const said = await refusal({ env: { RUNGATE_LISTEN: host } });
    expect(said).toContain(`Another process listens on ${host} already.`);
    expect(said).toContain('RUNGATE_LISTEN');
  });

  it.each(['on', 'off'])('with RUNGATE_MIGRATE=%s, without a database where DATABASE_URL says', async (migrate) => {
    const port = await freePort();
    const url = `postgres://rungate:hunter2@127.0.0.1:${port}/rungate`;
    const said = await refusalOfDatabase(url, { RUNGATE_MIGRATE: migrate });
    expect(said).toContain(`Cannot use Postgres at 127.0.0.1:${port}`);
    expect(said).toContain('DATABASE_URL');
    expect(said).not.toContain('hunter2');
  });

  it('with a wrong password in DATABASE_URL, which it does not repeat', async () => {
    const url = new URL(embeddedDatabaseUrl(rungate.dataDir));
    url.password = 'hunter2';
    const said = await refusalOfDatabase(url.href);
    expect(said).toMatch(/password/i);
    expect(said).not.toContain('hunter2');
  });

  it('on a data directory below a file', async () => {
    const file = path.join(newDirectory(), 'file');
    writeFileSync(file, '');
    const dataDir = path.join(file, 'data');
    expect(await refusal({ dataDir })).toContain(`The data directory ${dataDir} cannot be written.`);
  });

  if (process.getuid?.() !== 0) {
    it('on a data directory that may only be read', async () => {
      const dataDir = path.join(newDirectory(), 'data');
      mkdirSync(dataDir, { mode: 0o555 });
      expect(await refusal({ dataDir })).toContain(`The data directory ${dataDir} cannot be written.`);
    });
  }

  it('with several wrong variables, and lists them all', async () => {
    const env = {
      RUNGATE_LISTEN: 'nowhere',
      RUNGATE_LOG_LEVEL: 'chatty',
      RUNGATE_CONCURRENCY: 'many',
      RUNGATE_DATADIR: '/tmp',
    };
    const said = await refusal({ env });
    for (const name of Object.keys(env)) expect(said).toContain(name);
    expect(said).toContain('did you mean RUNGATE_DATA_DIR?');
  });

  it.each([
    ['a listener that a network reaches', { RUNGATE_LISTEN: '0.0.0.0:39217' }, '0.0.0.0'],
    ['NODE_ENV=production', { NODE_ENV: 'production' }, 'NODE_ENV is production'],
  ])('with RUNGATE_DEV=1 and %s', async (_case, env, why) => {
    const said = await refusal({ env: { RUNGATE_DEV: '1', ...env } });
    expect(said).toContain('RUNGATE_DEV: is on, but');
    expect(said).toContain(why);
  });

  it('with some of its roles and no DATABASE_URL', async () => {
    const child = await launchRungate(['serve', '--roles', 'ingress']);
    expect((await child.ended()).code).toBe(1);
    expect(child.stderr).toContain('DATABASE_URL');
    expect(await child.leftovers()).toEqual([]);
  });
});

describe('the rungate command', () => {
  it('shows examples with --help', async () => {
    const child = await launchRungate(['--help']);
    expect(await child.ended()).toEqual({ code: 0, signal: null });
    expect(child.stdout).toContain('Examples:');
    expect(child.stdout).toContain('rungate serve --roles ingress,api');
  });

  it('refuses a command that there is not', async () => {
    const child = await launchRungate(['launch']);
    expect((await child.ended()).code).toBe(1);
    expect(child.stderr).toContain("unknown command 'launch'");
  });

  it('says that it is not built, or built of older sources', async () => {
    const checkout = newDirectory();
    for (const file of ['apps/rungate/rungate.js', 'tools/sources.mjs']) {
      cpSync(path.join(CHECKOUT, file), path.join(checkout, file));
    }
    expect(await sayingOf(checkout)).toBe(
      'rungate: Rungate is not built yet. Run `npm ci` (or `npm run build`) first.\n',
    );
    mkdirSync(path.join(checkout, 'dist/apps/rungate/src'), { recursive: true });
    writeFileSync(path.join(checkout, 'dist/apps/rungate/src/main.js'), '');
    writeFileSync(path.join(checkout, 'dist/build.json'), JSON.stringify({ stamp: 'of older sources' }));
    expect(await sayingOf(checkout)).toBe('rungate: The build is older than the sources. Run `npm run build`.\n');
  });
});

/** What the command of another checkout says when it fails. */
async function sayingOf(checkout: string): Promise<string> {
  const child = new Child([path.join(checkout, 'apps/rungate/rungate.js'), 'serve'], {});
  expect((await child.ended()).code).toBe(1);
  return child.stderr;
}
