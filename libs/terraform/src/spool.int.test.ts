import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { Spool } from './spool.js';

const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');
const RANDOM = '0123456789abcdef';
const limits = { spoolBytes: 1_000, organizationBytes: 1_000 };
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'rungate-test-'));
});

afterEach(() => rm(directory, { recursive: true }));

it('removes what dead processes left, and nothing else', async () => {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  const dead = await leaveBehind(`rungate.${HOST}.${child.pid ?? 0}.${RANDOM}`);
  const reused = await leaveBehind(`rungate.${HOST}.${process.pid}.${RANDOM}`);
  const abandoned = await leaveBehind(`rungate.elsewhere.1.${RANDOM}`, 3);
  const kept = [
    await leaveBehind(`rungate.${HOST}.${process.ppid}.${RANDOM}`),
    await leaveBehind(`rungate.elsewhere.2.${RANDOM}`),
    await leaveBehind('somebody.elses', 3),
  ];
  const spool = new Spool(directory, limits);
  const file = spool.create('organization');
  const own = (await readdir(directory)).filter((name) => ![dead, reused, abandoned, ...kept].includes(name));

  expect(await spool.sweep()).toBe(3);
  expect((await readdir(directory)).sort()).toEqual([...kept, ...own].sort());
  await file.write(Buffer.from('x'));
  await file.remove();
});

it('sweeps nothing when there is no spool yet', async () => {
  expect(await new Spool(path.join(directory, 'none'), limits).sweep()).toBe(0);
});

async function leaveBehind(name: string, hoursAgo = 0): Promise<string> {
  const left = path.join(directory, name, 'plan-x');
  await mkdir(left, { recursive: true });
  await writeFile(path.join(left, 'plan.json'), '{}');
  const touched = new Date(Date.now() - hoursAgo * 3_600_000);
  await utimes(path.join(directory, name), touched, touched);
  return name;
}
