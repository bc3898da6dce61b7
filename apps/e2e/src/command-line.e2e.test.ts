import { createHmac, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compactDecrypt } from 'jose';
import { cleanUp } from './harness/cleanup.js';
import { CommandLine, type Said } from './harness/command-line.js';
import { newDirectory } from './harness/checkout.js';
import { startInstallation, type Installation } from './harness/installation.js';
import { until } from './harness/until.js';

jest.setTimeout(240_000);

const RUN_TASK = { name: 'guard', terraformOrigin: 'https://app.terraform.io' };

let installation: Installation;
let rungate: CommandLine;

beforeAll(async () => {
  installation = await startInstallation();
  rungate = new CommandLine(installation.rungate);
});

afterAll(cleanUp);

/** A file of organizations whose slugs begin alike. */
function file(prefix: string, count: number, more: readonly string[] = []): string {
  const target = path.join(newDirectory(), 'orgs.ndjson');
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ slug: `${prefix}-${index}`, tags: [prefix], runTasks: [RUN_TASK] }),
  );
  writeFileSync(target, [...lines, ...more].map((line) => `${line}\n`).join(''));
  return target;
}

function lastLine({ stdout }: Said): string | undefined {
  return stdout.trimEnd().split('\n').at(-1);
}

/** Run tasks that a file of keys names, as `organization guard`. */
function keysOf(target: string): readonly string[] {
  const lines = existsSync(target)
    ? readFileSync(target, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
  return lines.map((line) => {
    const { organization, runTask } = JSON.parse(line) as { organization: string; runTask: string };
    return `${organization} ${runTask}`;
  });
}

describe('the command line', () => {
  it('brings one organization from nothing to a verified run task, as the guide says', async () => {
    const { simulator } = installation;
    expect(await rungate.run('organizations', 'set', 'initech', '--display-name', 'Initech')).toMatchObject({
      code: 0,
      stdout: 'created: organization initech\n',
    });
    const made = await rungate.run(
      'run-tasks',
      'set',
      'initech',
      'guard',
      '--terraform-origin',
      simulator.origin,
      '--json',
    );
    const hook = JSON.parse(made.stdout) as { hookUrl: string; hmacKey: string };
    expect((await rungate.run('run-task', 'verify', 'initech')).code).toBe(3);
    const waiting = rungate.run('run-task', 'verify', 'initech', '--wait', '60s');
    expect(await simulator.register(hook)).toMatchObject({ accepted: true });
    expect(await waiting).toMatchObject({ code: 0, stdout: 'Verified: initech/guard is verified.\n' });
  });

  it('applies what can be applied, says which lines failed and why, and leaves them in a file', async () => {
    const bad = ['{"slug":"typo","wieght":1}', '{"slug":'];
    const orgs = file('mixed', 20, bad);
    const keys = `${orgs}.keys`;
    const said = await rungate.run('organizations', 'apply', '-f', orgs, '--keys-out', keys);
    expect(said.code).toBe(1);
    expect(lastLine(said)).toBe('created 20 · unchanged 0 · changed 0 · failed 2');
    expect(said.stderr).toContain('line 21 (typo): /wieght: Is not a known field.');
    expect(said.stderr).toContain('line 22: The line is not JSON.');
    expect(readFileSync(`${orgs}.failed`, 'utf8')).toBe(bad.map((line) => `${line}\n`).join(''));
    expect(keysOf(keys)).toHaveLength(20);
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    const again = await rungate.run('organizations', 'apply', '-f', orgs, '--keys-out', keys);
    expect(again).toMatchObject({ code: 2, stdout: '' });
  });

  it('seals new keys to a public key, which the signed request then proves right', async () => {
    const directory = newDirectory();
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [jwk, keys] = [path.join(directory, 'key.jwk'), path.join(directory, 'keys.ndjson')];
    writeFileSync(jwk, JSON.stringify(publicKey.export({ format: 'jwk' })));
    const applied = await rungate.run(
      'organizations',
      'apply',
      '-f',
      file('sealed', 1),
      '--recipient',
      jwk,
      '--keys-out',
      keys,
    );
    expect(applied).toMatchObject({ code: 0 });
    const sealed = JSON.parse(readFileSync(keys, 'utf8')) as {
      readonly hookUrl: string;
      readonly sealedHmacKey: string;
    };
    expect(sealed).not.toHaveProperty('hmacKey');
    const { plaintext } = await compactDecrypt(sealed.sealedHmacKey, privateKey);
    const body = '{}';
    const signature = createHmac('sha512', plaintext).update(body).digest('hex');
    const answer = (signedWith: string) =>
      fetch(sealed.hookUrl, { method: 'POST', headers: { 'X-TFC-Task-Signature': signedWith }, body });
    // Signed rightly it is read, and is no request of a run task.
    expect((await answer(signature)).status).toBe(422);
    expect((await answer(signature.replace(/^./, (first) => (first === '0' ? '1' : '0')))).status).toBe(401);
  });

  it('exports what it applied, and applying that again changes nothing', async () => {
    const orgs = file('round', 12);
    await rungate.run('organizations', 'apply', '-f', orgs);
    const { stdout } = await rungate.run('organizations', 'export', '--tag', 'round');
    writeFileSync(orgs, stdout);
    expect(lastLine(await rungate.run('organizations', 'apply', '-f', orgs))).toBe(
      'created 0 · unchanged 12 · changed 0 · failed 0',
    );
    writeFileSync(orgs, stdout.split('\n').slice(1).join('\n'));
    expect(await rungate.run('organizations', 'diff', '-f', orgs, '--tag', 'round')).toMatchObject({
      code: 1,
      stdout: '- round-0: not in the file\ncreated 0 · unchanged 11 · changed 0 · failed 0\n',
    });
    expect(await rungate.run('organizations', 'prune', '-f', orgs, '--tag', 'round', '--confirm')).toMatchObject({
      code: 0,
      stdout: 'deleted round-0\n',
    });
    const { stdout: shown } = await rungate.run('organizations', 'show', 'round-0', '--json');
    expect(JSON.parse(shown)).toMatchObject({ state: 'suspended' });
  });

  it('goes on where it was killed, and tells of every key either where it is or that nobody has it', async () => {
    const count = 3_000;
    const orgs = file('killed', count);
    const first = await rungate.launch('organizations', 'apply', '-f', orgs, '--keys-out', `${orgs}.keys1`);
    await until('some organizations to be made', 60_000, () => (keysOf(`${orgs}.keys1`).length > 200 ? true : null));
    await first.stop('SIGKILL');
    const kept = keysOf(`${orgs}.keys1`);
    expect(kept.length).toBeLessThan(count);
    const said = await rungate.run('organizations', 'apply', '-f', orgs, '--keys-out', `${orgs}.keys2`);
    expect(said.code).toBe(0);
    const [, created, unchanged] =
      /^created (\d+) · unchanged (\d+) · changed 0 · failed 0$/.exec(lastLine(said) ?? '') ?? [];
    expect(Number(created) + Number(unchanged)).toBe(count);
    const lost = [...said.stderr.matchAll(/^ {2}rungate run-task rotate (\S+ guard)$/gm)].map(
      ([, named]) => named ?? '',
    );
    const all = [...kept, ...keysOf(`${orgs}.keys2`), ...lost];
    expect(new Set(all).size).toBe(count);
    expect(all).toHaveLength(count);
    expect(existsSync(`${orgs}.journal`)).toBe(false);
  });

  it('says what is wrong with an option before anything is asked, and with a field as its option is called', async () => {
    const option = await rungate.run('organizations', 'set', 'acme-x', '--weight', '1000');
    expect(option).toMatchObject({ code: 2, stdout: '' });
    expect(option.stderr).toContain('Must be a whole number from 1 to 100.');
    const field = await rungate.run('run-tasks', 'set', 'initech', 'other', '--terraform-origin', 'app.terraform.io');
    expect(field).toMatchObject({ code: 1, stdout: '' });
    expect(field.stderr).toContain('--terraform-origin: Must be an origin such as https://app.terraform.io.');
  });
});
