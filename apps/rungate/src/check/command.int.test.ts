import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TemporaryFiles, changeJson, planJson } from '@rungate/checks/testing';

const RUNGATE = path.resolve(__dirname, '../../rungate.js');
const files = new TemporaryFiles();
/** All temporary files of the command lie here, so that what it leaves is seen. */
const temporary = mkdtempSync(path.join(tmpdir(), 'rungate-check-test-'));
afterAll(() => {
  files.remove();
  rmSync(temporary, { recursive: true, force: true });
});

const env = { PATH: process.env.PATH, TMPDIR: temporary };
const guard = { name: 'guard', use: 'destructive-guard', stages: ['post_plan'], enforcement: 'mandatory' };
const checks = files.write([guard]);
const create = planJson({ resource_changes: [changeJson('aws_vpc.a', ['create'])] });
const destroy = planJson({
  resource_changes: [
    changeJson('aws_db_instance.a', ['delete'], { before: { id: 'x' } }),
    changeJson('aws_vpc.a', ['no-op'], { before: {}, after: {} }),
  ],
});

function check(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUNGATE, 'check', ...args], {
    env,
    encoding: 'utf8',
    input,
  });
  return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

describe('rungate check', () => {
  it('passes with 0 and fails with 1, with the message that a run task would send', () => {
    const passed = check(['--plan', files.write(create), '--checks', checks]);
    expect(passed).toMatchObject({ status: 0, stderr: '', last: 'Passed: Nothing is destroyed. (guard)' });
    const failed = check(['--plan', files.write(destroy), '--checks', checks]);
    expect(failed.status).toBe(1);
    expect(failed.stdout).toMatch(/^critical {2}guard {2}aws_db_instance.a would be destroyed/);
  });

  it('reads standard input and ends with one line of JSON', () => {
    const { status, last } = check(['--plan', '-', '--checks', checks, '--json'], JSON.stringify(destroy));
    expect(status).toBe(1);
    expect(JSON.parse(last)).toMatchObject({
      verdict: 'failed',
      checks: [{ name: 'guard', status: 'failed', outcomes: [{ address: 'aws_db_instance.a' }] }],
      callback: { data: { attributes: { status: 'failed' } } },
    });
  });

  it('leaves out a check that is not for this workspace, and none for what is not said', () => {
    const elsewhere = files.write([{ ...guard, when: { workspaces: { include: ['prod-*'] } } }]);
    const args = ['--plan', files.write(destroy), '--checks', elsewhere];
    expect(check(args).status).toBe(1);
    expect(check([...args, '--workspace', 'prod-1']).status).toBe(1);
    const { status, stdout } = check([...args, '--workspace', 'test']);
    expect(status).toBe(0);
    expect(stdout).toContain('not for workspace test');
  });

  it('says at a stage without checks that there is none', () => {
    const { status, last } = check(['--plan', files.write(destroy), '--checks', checks, '--stage', 'pre_apply']);
    expect(status).toBe(0);
    expect(last).toContain('no check is configured for pre_apply');
  });

  it.each([
    ['a plan that was cut off', '{"format_version":"1.2","resource_changes":[{', 'ends too early'],
    ['a state', JSON.stringify({ format_version: '1.0', values: {} }), 'a state, not a plan'],
    [
      'damage in a part that no check reads',
      '{"format_version":"1.2","resource_changes":[],"prior_state":{oops}}',
      'not valid JSON',
    ],
  ])('ends with 2 for %s, whatever the checks say of errors', (_, content, why) => {
    const lenient = files.write([{ ...guard, enforcement: 'advisory', onError: 'skip' }]);
    const { status, stderr, last } = check(['--plan', files.write(content), '--checks', lenient, '--json']);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
    expect(JSON.parse(last)).toMatchObject({ verdict: 'error' });
  });

  it('ends with 2 for wrong options and wrong checks', () => {
    expect(check(['--plan', files.write(create)])).toMatchObject({ status: 2 });
    expect(check(['--plan', files.write(create), '--checks', checks, '--stage', 'later']).status).toBe(2);
    const { status, stderr } = check(['--plan', files.write(create), '--checks', files.write([{ name: '?' }])]);
    expect(status).toBe(2);
    expect(stderr).toContain('/0/name');
  });

  it('keeps its exit status when nobody reads to the end, and has none to give when it cannot write', async () => {
    const resource_changes = Array.from({ length: 900 }, (_, index) => changeJson(`aws_vpc.a${index}`, ['create']));
    const many = files.write([{ ...guard, name: 'summary', use: 'plan-summary' }]);
    const args = [RUNGATE, 'check', '--plan', files.write(planJson({ resource_changes })), '--checks', many, '--json'];
    const unread = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    unread.stdout.destroy();
    let said = '';
    unread.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const status = await new Promise((resolve) => unread.on('close', resolve));
    expect({ status, said }).toEqual({ status: 0, said: '' });

    const readOnly = openSync(checks, 'r');
    const unwritten = spawnSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', readOnly, 'pipe'] });
    closeSync(readOnly);
    expect(unwritten.status).toBe(2);
    expect(unwritten.stderr).toMatch(/^rungate check: Cannot write the answer: /);
  }, 30_000);

  it('leaves neither files nor processes behind, also when it is interrupted', async () => {
    const child = spawn(process.execPath, [RUNGATE, 'check', '--plan', '-', '--checks', checks], { env });
    child.stdin.write('{"format_version":"1.2",');
    await until(() => readdirSync(temporary).some((name) => name.startsWith('rungate-check-')));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(status).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  }, 30_000);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
