import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lockDataDir } from './index.js';

let dataDir: string;
let child: ChildProcess | null = null;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'rungate-lock-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(dataDir, { recursive: true, force: true });
});

/** A process that lives, and what a lock of it would say. */
function livingProcess(): { process: ChildProcess; lock: string } {
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const stat = existsSync('/proc') ? readFileSync(`/proc/${child.pid ?? 0}/stat`, 'utf8') : ') '.repeat(3);
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  return { process: child, lock: `${child.pid ?? 0} ${start} nonce\n` };
}

const lockFile = (): string => path.join(dataDir, 'rungate.pid');

describe('the lock of a data directory', () => {
  it('is one process’, and says whose', async () => {
    const { lock } = livingProcess();
    writeFileSync(lockFile(), lock);
    const second = lockDataDir(dataDir);
    await expect(second).rejects.toThrow(`is in use by the process ${child?.pid ?? 0}`);
    await expect(second).rejects.toMatchObject({ code: 'data_dir_locked' });
  });

  it('is given back, and leaves nothing behind', async () => {
    const release = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(String(process.pid));
    release();
    release();
    expect(readdirSync(dataDir)).toEqual([]);
    (await lockDataDir(dataDir))();
  });

  it('is taken over from a process that died', async () => {
    const { process: dying, lock } = livingProcess();
    writeFileSync(lockFile(), lock);
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    const release = await lockDataDir(dataDir);
    expect(readFileSync(lockFile(), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    release();
  });

  (existsSync('/proc') ? it : it.skip)('is taken over when another process got the dead one’s pid', async () => {
    const { lock } = livingProcess();
    writeFileSync(lockFile(), lock.replace(/ \d+ /, ' 1 '));
    (await lockDataDir(dataDir))();
  });

  it('is taken over from a file that says nothing', async () => {
    writeFileSync(lockFile(), '');
    (await lockDataDir(dataDir))();
  });

  it('goes to one of many that find a stale one at the same time', async () => {
    writeFileSync(lockFile(), '2147483646 1 nonce\n');
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dataDir)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
