import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { INVARIANTS } from '@rungate/run-task/testing';
import { z } from 'zod';

const root = path.resolve(__dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/reference/guarantees.md');

/** All source below a folder, as one text. */
function sourceBelow(folder: string): string {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(path.join(folder, name)))
    .join('\n');
}

describe('docs/reference/guarantees.md', () => {
  it.each(Object.entries(INVARIANTS))('promises %s in its own words, and says how it is tested', (name, words) => {
    expect(page).toContain(`**${name}** ${words}`);
    expect(page).toMatch(new RegExp(`^\\| ${name} +\\| .*(\\.test\\.ts|npm run)`, 'm'));
  });

  it('names only tests that exist, each by its name', () => {
    const links = [...page.matchAll(/\[`([^`\]]+)`\]\(([^)]+)\)/g)];
    expect(links.length).toBeGreaterThan(20);
    for (const [, name = '', target = ''] of links) {
      expect(path.basename(target)).toBe(name);
      expect({ target, exists: existsSync(path.resolve(root, 'docs/reference', target)) }).toEqual({
        target,
        exists: true,
      });
    }
  });

  it('names only scenarios and benchmarks that exist', () => {
    const scenarios = sourceBelow('apps/e2e/src/faults/scenarios');
    const rows = sourceBelow('apps/bench/src/rows');
    for (const [, name = ''] of page.matchAll(/--scenario ([a-z0-9-]+)/g)) expect(scenarios).toContain(`'${name}'`);
    for (const [, name = ''] of page.matchAll(/--only ([a-z-]+)/g)) expect(rows).toContain(`name: '${name}'`);
  });

  it('names only options and scripts that exist', () => {
    const chaos = read('apps/e2e/src/chaos/options.ts');
    for (const [, option = ''] of page.matchAll(/npm run chaos -- (--[a-z-]+)/g))
      expect(chaos).toContain(`  ${option}`);
    const simulate = read('tools/simulate.mjs');
    for (const [, option = ''] of page.matchAll(/simulate\.mjs --([a-z]+)/g)) expect(simulate).toContain(option);
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    for (const [, script = ''] of page.matchAll(/npm run ([a-z]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });
});
