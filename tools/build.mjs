// Builds everything that runs: the Prisma client and the JavaScript of apps and libs, into dist/.
// Runs as `prepare` during `npm ci`, and again as `npm run build`; types are checked by `npm run check`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { compilerOptions } from './compiler.mjs';
import { buildConsole } from './build-console.mjs';
import { isOfConsole, sourceFiles, sourceStamp } from './sources.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');

generatePrismaClient();
rmSync(dist, { recursive: true, force: true });
const files = sourceFiles(root);
await Promise.all(files.filter((file) => file.endsWith('.ts') && !isOfConsole(file)).map(compile));
await buildConsole(root);
cpSync(path.join(root, 'prisma'), path.join(dist, 'prisma'), { recursive: true });
writeFileSync(path.join(dist, 'build.json'), JSON.stringify({ stamp: sourceStamp(root) }));

/** The generator needs no engine, but Prisma looks for one: see docs/decisions/0003-prisma-without-its-engine.md. */
function generatePrismaClient() {
  if (!existsSync(path.join(root, 'prisma/schema.prisma'))) return;
  const prisma = path.join(root, 'node_modules/prisma/build/index.js');
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/false', CHECKPOINT_DISABLE: '1' };
  const run = spawnSync(process.execPath, [prisma, 'generate'], { cwd: root, env, encoding: 'utf8' });
  if (run.status !== 0) {
    console.error(run.stdout, run.stderr);
    process.exit(1);
  }
}

async function compile(file) {
  const out = path.join(dist, file.replace(/\.ts$/, '.js'));
  const { code, map } = await transformFile(path.join(root, file), compilerOptions(root));
  mkdirSync(path.dirname(out), { recursive: true });
  writeFileSync(out, `${code}\n//# sourceMappingURL=${path.basename(out)}.map\n`);
  writeFileSync(`${out}.map`, map);
}
