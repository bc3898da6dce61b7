import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FetchedPlan, MaskedPlan } from '@rungate/run-task';
import { attack, check, fetchedPlan, PLUGINS, RUN, runAssignment, told } from '../testing/assignments.js';
import { areGone, processTree } from '../testing/processes.js';
import { connectRunner, startRunner, type Runner } from './index.js';
import { findTools, whyNoBubblewrap } from './runner/isolation.js';

jest.setTimeout(60_000);

const COMPILED = path.resolve(__dirname, '../../../dist/libs/sandbox/src/index.js');
const FIXTURE = path.resolve(__dirname, '../testing/fixtures/runner.cjs');

const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-socket-test-')));
const [slots, spool] = [path.join(directory, 'slots'), path.join(directory, 'spool')];
const socket = path.join(directory, 'runner.sock');
const errors: string[] = [];
const note = (moment: string, fields: object): void => {
  errors.push(`${moment} ${JSON.stringify(fields)}`);
};
const log = { info: note, warn: note, error: note };
let server: Runner;
let runner: Runner;

beforeAll(async () => {
  for (const folder of [slots, spool]) mkdirSync(folder);
  server = startRunner({ directory: slots, listen: socket, pluginsDir: PLUGINS, acceptOthersAt: 'weak', log });
  runner = connectRunner({ socket, log });
  expect(await runner.ready()).toBe(await server.ready());
});

afterAll(async () => {
  const pids = processTree(server.pid ?? 0).map(({ pid }) => pid);
  await runner.close();
  await server.close();
  expect(await areGone(pids)).toBe(true);
  expect([...readdirSync(slots), ...readdirSync(spool)]).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

const plan = (resources = 1): FetchedPlan => {
  const change = { actions: ['create'], before: null, after: { text: 'x'.repeat(1_000) } };
  const resource = (n: number) => ({ address: `a.b${n}`, mode: 'managed', type: 'a', name: `b${n}`, change });
  return fetchedPlan(spool, {
    format_version: '1.2',
    resource_changes: Array.from({ length: resources }, (_, n) => resource(n)),
  });
};

describe('a runner of its own', () => {
  it('is for its user and group alone', () => {
    expect(statSync(socket).mode & 0o777).toBe(0o660);
  });

  it('judges plans that are sent to it, also large and several at once, and keeps none', async () => {
    const plans = [plan(1), plan(3_000), plan(20_000)];
    const ends = await Promise.all(plans.map((one) => runAssignment(runner, [check('plan-summary')], { plan: one })));
    expect(ends.flat().map(told)).toEqual([
      'reported Plan: 1 to add, 0 to change, 0 to destroy.',
      'reported Plan: 3000 to add, 0 to change, 0 to destroy.',
      'reported Plan: 20000 to add, 0 to change, 0 to destroy.',
    ]);
    expect(ends.flat()).toMatchObject([{}, {}, { isolation: server.level }]);
    expect(plans.map((one) => existsSync(one.path))).toEqual([false, false, false]);
  });

  it('hands masked plans back to whoever sent them, several at once', async () => {
    const sizes = await Promise.all(
      [1, 3_000].map(
        (resources) =>
          new Promise<number>((resolve) => {
            const masked = ({ gzip, changes }: MaskedPlan): void => {
              const text = gunzipSync(gzip ?? '').toString();
              expect(JSON.parse(text)).toHaveProperty('resource_changes');
              resolve(changes?.counts.create ?? 0);
            };
            void runAssignment(runner, [check('plan-summary')], { plan: plan(resources), masked });
          }),
      ),
    );
    expect(sizes).toEqual([1, 3_000]);
  });

  it('tells workers which plugins it has, and runs them', async () => {
    expect(runner.plugins.map(({ name }) => name)).toEqual(['echo', 'good', 'hostile']);
    expect((await runAssignment(runner, [check('good')], { plan: plan(3) })).map(told)).toEqual([
      'reported 3 of 10, true',
    ]);
  });

  it('stops what a worker does not want any more', async () => {
    const abort = new AbortController();
    const ends = await runAssignment(runner, [attack('polite'), attack('hang'), attack('polite')], {
      signal: abort.signal,
      ended: () => {
        abort.abort();
      },
    });
    expect(ends).toMatchObject([{ kind: 'reported' }, { reason: 'aborted' }, { reason: 'aborted' }]);
  });

  it('listens to nobody who does not speak its language', async () => {
    const huge = { kind: 'run', id: 1, assignment: { run: RUN, checks: [] }, planBytes: 2 ** 40 };
    const lines = ['hello\n', '{"kind":"run"}\n', '{"kind":"abort","id":1}\n', `${JSON.stringify(huge)}\n`];
    for (const words of [...lines, 'x'.repeat(100_000)]) {
      const stranger = connect(socket, () => stranger.write(words));
      stranger.on('error', () => undefined);
      if (words.endsWith('\n')) await new Promise((resolve) => stranger.once('close', resolve));
      else stranger.destroy();
    }
    expect((await runAssignment(runner, [attack('polite')])).map(told)).toEqual(['reported well']);
  });

  it('refuses to share its socket', async () => {
    const failures: string[] = [];
    const fail = (moment: string, fields: object): void => {
      failures.push(`${moment} ${JSON.stringify(fields)}`);
    };
    const second = startRunner({ directory: slots, listen: socket, log: { info: fail, warn: fail, error: fail } });
    const ready = second.ready().catch(String);
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(failures[0]).toContain(`Another runner serves ${socket} already`);
    await second.close();
    await ready;
    expect((await runAssignment(runner, [attack('polite')])).map(told)).toEqual(['reported well']);
  });

  it('ends its checks as crashed when it is killed, and is found again', async () => {
    const first = server.pid ?? 0;
    const before = processTree(first).map(({ pid }) => pid);
    const raw = plan();
    const ends = await runAssignment(runner, [attack('polite'), attack('spin'), attack('polite')], {
      plan: raw,
      ended: () => {
        if (server.pid === first) process.kill(first, 'SIGKILL');
      },
    });
    expect(ends).toMatchObject([{ kind: 'reported' }, { reason: 'sandbox_lost' }, { reason: 'sandbox_lost' }]);
    expect(await areGone(before)).toBe(true);
    // An assignment that is handed over in the very moment in which the runner dies is lost with it; the next ones are not.
    let again = await runAssignment(runner, [attack('polite')]);
    while (again[0]?.kind !== 'reported') again = await runAssignment(runner, [attack('polite')]);
    expect(again.map(told)).toEqual(['reported well']);
    expect(existsSync(raw.path)).toBe(false);
  });
});

const describeWithNamespaces = whyNoBubblewrap(findTools()) === null ? describe : describe.skip;
describeWithNamespaces('a runner alone, without a network', () => {
  let container: ChildProcess | null = null;
  afterEach(() => container?.kill('SIGKILL'));

  it.each([
    ['takes plugins of others also below full', ['--net', '--pid', '--fork', '--mount-proc'], /^reported 1 of 10/],
    ['does not count as alone with a network', ['--pid', '--fork', '--mount-proc'], /the runner has a network/],
  ])('%s', async (_, namespaces, expected) => {
    const own = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-alone-test-')));
    const listen = path.join(own, 'runner.sock');
    const options = JSON.stringify({ directory: own, listen, pluginsDir: PLUGINS, strongest: 'limited' });
    const node = [process.execPath, FIXTURE, COMPILED, options];
    container = spawn('unshare', ['--user', '--map-root-user', ...namespaces, '--kill-child', '--', ...node], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const far = connectRunner({ socket: listen });
    expect(await far.ready()).toBe('limited');
    expect((await runAssignment(far, [check('good')], { plan: plan() })).map(told).join()).toMatch(expected);
    await far.close();
    const inside = processTree(container.pid ?? 0).map(({ pid }) => pid);
    container.kill('SIGKILL');
    await new Promise((resolve) => container?.once('exit', resolve));
    // The kernel ends what was in the container a moment later, and until then it writes.
    expect(await areGone(inside)).toBe(true);
    rmSync(own, { recursive: true, force: true });
  });
});
