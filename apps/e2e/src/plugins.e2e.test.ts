import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT, freePort, newDirectory } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { judgeRun, startInstallation, SUMMARY, type Installation, type Judged } from './harness/installation.js';
import { launchRungate, type Rungate } from './harness/rungate-process.js';
import type { Hook } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(120_000);

const PLUGINS = path.join(CHECKOUT, 'libs/sandbox/testing/fixtures/plugins');
const READY_WITHIN_MS = 60_000;
const CRASHES = 50;
const AT_ONCE = 10;

const GOOD = { name: 'good', use: 'good', stages: ['post_plan'], enforcement: 'mandatory', config: { most: 100 } };
const hostile = (attack: string, timeoutSeconds = 20) => ({
  name: attack,
  use: 'hostile',
  stages: ['post_plan'],
  enforcement: 'mandatory',
  timeoutSeconds,
  config: { attack },
});

afterAll(cleanUp);

const send = (installation: Installation, hook: Hook) => judgeRun(installation, { plan: 'create', ...hook });

async function readiness({ url }: Pick<Rungate, 'url'>): Promise<unknown> {
  return (await fetch(`${url}/readyz`)).json();
}

/** Plugins of others need the level full; where it cannot be, these are skipped, which CI=true does not allow. */
const hasBubblewrap = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const describeAtFull = hasBubblewrap ? describe : describe.skip;

describeAtFull('plugins of others', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await startInstallation({ env: { RUNGATE_PLUGINS_DIR: PLUGINS } });
  });

  it('are in the catalogue as data, and the level in force is shown', async () => {
    const { body } = await installation.api.call('GET', '/checks');
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ name: 'destructive-guard' }),
        expect.objectContaining({ name: 'good', version: '2.1.0', summary: 'Counts changes.' }),
      ]) as unknown,
    });
    expect(await readiness(installation.rungate)).toMatchObject({ status: 'OK', isolation: 'full' });
  });

  it('take no configuration that their schema does not know', async () => {
    const { api, simulator } = installation;
    const checks = [{ ...GOOD, config: { most: 'all' } }];
    const desired = { terraformOrigin: simulator.origin, checks };
    await api.call('PUT', '/organizations/acme', {});
    const { status, body } = await api.call('PUT', '/organizations/acme/run-tasks/odd', desired);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('/checks/0/config/most');
  });

  it('that are hostile fail their own check with the reason, while everything else goes on', async () => {
    const { api, simulator } = installation;
    const of = (organization: string, checks: readonly object[]) =>
      api.createRunTask(organization, 'judged', { terraformOrigin: simulator.origin, checks });
    const acme = await of('acme', [hostile('spin', 1), hostile('forks'), hostile('replyFlood'), GOOD, SUMMARY]);
    const globex = await of('globex', [GOOD, SUMMARY]);
    const [attacked, ...others] = await Promise.all([
      send(installation, acme),
      send(installation, globex),
      send(installation, globex),
    ]);
    expect(attacked.history.status).toBe('failed');
    expect(attacked.detail.checks).toMatchObject([
      { name: 'spin', status: 'errored', message: expect.stringContaining('did not finish within 1 s') as string },
      { name: 'forks', status: 'errored', isolation: 'full' },
      { name: 'replyFlood', status: 'errored', message: expect.stringContaining('4 MB') as string },
      { name: 'good', status: 'passed', isolation: 'full', log: [expect.stringMatching(/^counted \d+$/) as string] },
      { name: 'summary', status: 'passed' },
    ]);
    for (const { history, detail } of others) {
      expect(history.status).toBe('passed');
      expect(detail.checks.map(({ status }) => status)).toEqual(['passed', 'passed']);
    }
  });
});

describeAtFull('a plugin that one organization breaks again and again', () => {
  it('changes no verdict of another one that uses it, and passes none of the first', async () => {
    const installation = await startInstallation({ env: { RUNGATE_PLUGINS_DIR: PLUGINS } });
    const { api, simulator } = installation;
    const of = (organization: string, checks: readonly object[]) =>
      api.createRunTask(organization, 'judged', { terraformOrigin: simulator.origin, onTimeout: 'passed', checks });
    const acme = await of('acme', [hostile('exit')]);
    const globex = await of('globex', [hostile('polite')]);
    const crashing: Judged[] = [];
    const fine = [await send(installation, globex)];
    for (let batch = 0; batch < CRASHES / AT_ONCE; batch++) {
      const others = Array.from({ length: AT_ONCE }, () => send(installation, acme));
      fine.push(await send(installation, globex));
      crashing.push(...(await Promise.all(others)));
    }
    const kept = await until('the check to be kept from running', READY_WITHIN_MS, async () => {
      const judged = await send(installation, acme);
      return judged.detail.checks[0]?.message.includes('it is in quarantine until') === true ? judged : null;
    });
    fine.push(await send(installation, globex));

    expect(kept.history.status).toBe('failed');
    expect(fine.filter(({ history }) => history.status !== 'passed')).toEqual([]);
    expect(fine.filter(({ detail }) => detail.checks[0]?.status !== 'passed')).toEqual([]);
    expect(crashing).toHaveLength(CRASHES);
    expect(crashing.filter(({ history }) => history.status !== 'failed')).toEqual([]);
    const quarantined = async (organization: string): Promise<unknown> =>
      (await api.call('GET', `/organizations/${organization}/quarantines`)).body;
    expect(await quarantined('acme')).toMatchObject({ items: [{ check: 'exit', use: 'hostile' }] });
    expect(await quarantined('globex')).toMatchObject({ items: [] });
    expect((await api.call('GET', '/quarantines')).body).toMatchObject({ items: [] });
  });
});

describeAtFull('a runner of its own', () => {
  it('serves a worker, and when its checks are killed with it the verdict still arrives', async () => {
    const socket = path.join(newDirectory(), 'runner.sock');
    const address = `127.0.0.1:${await freePort()}`;
    const runner = await launchRungate(['serve', '--roles', 'runner'], {
      env: { RUNGATE_RUNNER_SOCKET: socket, RUNGATE_PLUGINS_DIR: PLUGINS, RUNGATE_LISTEN: address },
    });
    await until('the runner to be ready', READY_WITHIN_MS, () => (runner.stdout.includes(socket) ? true : null));
    const installation = await startInstallation({ env: { RUNGATE_RUNNER_SOCKET: socket } });
    const { api, simulator } = installation;
    expect(await readiness({ url: `http://${address}` })).toMatchObject({ status: 'OK', roles: ['runner'] });

    const desired = { terraformOrigin: simulator.origin, checks: [GOOD, hostile('spin', 15)] };
    const hook = await api.createRunTask('acme', 'judged', desired);
    const judged = send(installation, hook);
    const spinning = await until('the check to spin', READY_WITHIN_MS, () => runnerOfSpinner(runner.descendants()));
    process.kill(spinning, 'SIGKILL');
    // What was lost with the runner runs once more, in the next one, and is ended there by its time limit.
    const { history, detail } = await judged;
    expect(history.status).toBe('failed');
    expect(detail.checks).toMatchObject([{ status: 'passed' }, { status: 'errored' }]);

    expect((await runner.stop('SIGTERM')).code).toBe(0);
    expect(await runner.leftovers()).toEqual([]);
    expect(await readiness(installation.rungate)).toMatchObject({ status: 'ERROR' });
  });

  it('refuses to start with a secret in its environment', async () => {
    const child = await launchRungate(['serve', '--roles', 'runner'], {
      env: { RUNGATE_RUNNER_SOCKET: '/tmp/none.sock', DATABASE_URL: 'postgres://canary@localhost/x' },
    });
    expect((await child.ended()).code).toBe(1);
    expect(child.stderr).toContain('DATABASE_URL: is set for a runner, which must hold no secret');
    expect(child.stderr).not.toContain('canary');
  });
});

/** The runner, as soon as one of its plugins has used half a second of a processor. */
function runnerOfSpinner(descendants: readonly { readonly pid: number }[]): number | null {
  const processes = descendants.map(({ pid }) => ({ pid, command: procFile(pid, 'cmdline'), ticks: ticksOf(pid) }));
  if (!processes.some(({ command, ticks }) => command.includes('plugin-main.js') && ticks > 50)) return null;
  return processes.find(({ command }) => command.includes('runner/main.js'))?.pid ?? null;
}

/** Processor time in hundredths of a second (proc(5), utime). */
function ticksOf(pid: number): number {
  const stat = procFile(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11] ?? 0);
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
