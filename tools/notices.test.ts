import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.join(__dirname, 'write-notices.mjs');
const NOTICES = path.join(__dirname, '../THIRD_PARTY_NOTICES.md');

describe('the third-party notices', () => {
  it('name every package that an installation without development dependencies may hold', () => {
    expect(check(NOTICES)).toEqual({ status: 0, stderr: '' });
  });

  it('name what the pages of the console hold', () => {
    const written = readFileSync(NOTICES, 'utf8');
    // The first three are imported, the others come with them.
    for (const name of ['react', '@mantine/core', '@tanstack/react-query', '@tanstack/query-core', 'mdast-util-gfm'])
      expect(written).toContain(`- \`${name}\` `);
  });

  it('fail when a package is missing, has another version, or is no longer installed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'notices-'));
    const drifted = path.join(folder, 'drifted.md');
    const written = readFileSync(NOTICES, 'utf8');
    writeFileSync(drifted, written.replace(/^- `fastify` .*$/m, '- `fastify` 0.0.1').replace(/^- `zod` .*\n/m, ''));
    try {
      const { status, stderr } = check(drifted);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^missing: fastify \d/m);
      expect(stderr).toMatch(/^missing: zod \d/m);
      expect(stderr).toContain('no longer installed: fastify 0.0.1');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function check(file: string): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, '--check', file], { encoding: 'utf8' });
  return { status, stderr };
}
