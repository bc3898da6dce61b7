import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Api } from './harness/api.js';
import { newDirectory } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { postSigned } from './harness/hook-request.js';
import { launchRungate, startRungate } from './harness/rungate-process.js';

jest.setTimeout(180_000);
afterAll(cleanUp);

const DESIRED = { terraformOrigin: 'https://app.terraform.io' };
/** Signed, and not a request: 422 says that the key verified it. */
const BODY = '{"payload_version":1}';

const admin = async (dataDir: string, ...args: string[]) => {
  const child = await launchRungate(['admin', 'rotate-encryption-key', ...args], { dataDir });
  const { code } = await child.ended();
  return { code, stdout: child.stdout, stderr: child.stderr };
};

describe('rungate admin rotate-encryption-key with embedded Postgres', () => {
  it('says what to do when no server runs', async () => {
    const { code, stderr } = await admin(newDirectory());
    expect(code).toBe(1);
    expect(stderr).toMatch(/No embedded Postgres runs on the data directory .*Start the server \(rungate serve\)/);
  });

  it('rotates beside the server, which refuses no request; afterwards the new key is enough', async () => {
    const first = await startRungate();
    const { dataDir } = first;
    const hook = await new Api(first).createRunTask('acme', 'guard', DESIRED);
    const file = path.join(dataDir, 'encryption-key');
    const old = readFileSync(file, 'utf8').trim();
    const fresh = randomBytes(32).toString('base64');

    // The server does not know the new key yet.
    writeFileSync(file, `${fresh},${old}\n`);
    const tooEarly = await admin(dataDir);
    expect(tooEarly.code).toBe(1);
    expect(tooEarly.stderr).toMatch(/do not list the newest key [0-9a-f]{8}/);
    await first.child.stop('SIGTERM');

    const second = await startRungate({ dataDir });
    const url = hook.hookUrl.replace(first.url, second.url);
    const statuses: number[] = [];
    const rotatedTwice = new AbortController();
    const traffic = (async () => {
      while (!rotatedTwice.signal.aborted) statuses.push((await postSigned({ ...hook, hookUrl: url }, BODY)).status);
    })();
    const dryRun = await admin(dataDir, '--dry-run', '--json');
    expect(JSON.parse(dryRun.stdout)).toMatchObject({ dryRun: true, noLongerNeeded: [] });
    const rotated = await admin(dataDir, '--json');
    const again = await admin(dataDir);
    rotatedTwice.abort();
    await traffic;
    const report = JSON.parse(rotated.stdout) as Record<string, unknown>;
    expect(rotated.code).toBe(0);
    // Of acme and globex, the organizations of development.
    expect(report).toMatchObject({ isDone: true, dataKeys: { changed: 4, unchanged: 0 }, stillNeeded: [] });
    expect(report.noLongerNeeded).toHaveLength(1);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toMatch(/Data keys: 0 wrapped anew · 4 unchanged/);
    expect(again.stdout).toMatch(/No longer needed: [0-9a-f]{8}\./);
    expect(statuses.length).toBeGreaterThan(10);
    expect(new Set(statuses)).toEqual(new Set([422]));
    for (const key of [old, fresh]) expect(`${dryRun.stdout}${rotated.stdout}${rotated.stderr}`).not.toContain(key);
    await second.child.stop('SIGTERM');

    writeFileSync(file, `${fresh}\n`);
    const third = await startRungate({ dataDir });
    const after = hook.hookUrl.replace(first.url, third.url);
    expect((await postSigned({ ...hook, hookUrl: after }, BODY)).status).toBe(422);
    expect((await postSigned({ hookUrl: after, hmacKey: 'x'.repeat(64) }, BODY)).status).toBe(401);
  });
});
