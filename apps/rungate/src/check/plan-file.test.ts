import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { copyPlan } from './plan-file.js';

const root = mkdtempSync(path.join(tmpdir(), 'rungate-plan-file-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function copy(plan: string, signal = new AbortController().signal) {
  return copyPlan({ plan, directory: mkdtempSync(path.join(root, 'to-')), signal, progress: () => undefined });
}

function file(content: string | Buffer): string {
  const name = path.join(mkdtempSync(path.join(root, 'from-')), 'plan.json');
  writeFileSync(name, content);
  return name;
}

describe('copyPlan', () => {
  it('copies the plan for the sandbox, readable by nobody else, and leaves the original', async () => {
    const original = file('{"a":1}');
    const copied = await copy(original);
    expect(copied.bytes).toBe(7);
    expect(readFileSync(copied.path, 'utf8')).toBe('{"a":1}');
    expect(statSync(copied.path).mode & 0o777).toBe(0o600);
    expect(readFileSync(original, 'utf8')).toBe('{"a":1}');
  });

  it.each([
    ['an empty file', '', 'is empty'],
    [
      'a binary plan file',
      Buffer.from('PK\u0003\u0004…'),
      'is a binary plan file (zip), not JSON. Run terraform show -json',
    ],
    ['a compressed file', gzipSync('{}'), 'is compressed with gzip'],
    ['what PowerShell redirects', Buffer.from('\uFEFF{}', 'utf16le'), 'is UTF-16'],
  ])('says of %s what to give instead', async (_, content, message) => {
    await expect(copy(file(content))).rejects.toThrow(message);
  });

  it('says of a directory and of nothing that they are that', async () => {
    await expect(copy(root)).rejects.toThrow('it is a directory');
    await expect(copy(path.join(root, 'none'))).rejects.toThrow('there is no such file');
  });

  it('stops when it is told to', async () => {
    await expect(copy(file('{}'), AbortSignal.abort())).rejects.toMatchObject({ code: 'stopped' });
  });
});
