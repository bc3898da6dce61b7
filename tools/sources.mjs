// Which files are built, and a stamp of them, so that a stale build is noticed at start.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Tests and what only they use; benchmarks and fault schedules start the same Redis and use the same stores. */
const TESTS = /\.test\.ts$|^(libs\/(?!(queue|run-task)\/)[^/]+|apps\/api)\/testing\/|^apps\/e2e\/src\/console\//;

/** Paths, relative to `root`, of every file of apps, libs and prisma that runs. */
export function sourceFiles(root) {
  return ['apps', 'libs', 'prisma']
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true }).map((file) => `${folder}/${file}`))
    .filter((file) => (/\.(ts|sql|prisma)$/.test(file) || isOfConsole(file)) && !TESTS.test(file))
    .sort();
}

/** What the browser runs is bundled: other files count, and none of them becomes a module of the server. */
export function isOfConsole(file) {
  return file.startsWith('apps/console/') && /\.(ts|tsx|css|html|svg|js)$/.test(file);
}

/** A hash over names and sizes and times of the sources; changes when one of them is edited. */
export function sourceStamp(root) {
  const hash = createHash('sha256');
  for (const file of sourceFiles(root).filter((name) => !name.includes('/generated/'))) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file}:${String(size)}:${String(Math.floor(mtimeMs))}\n`);
  }
  return hash.digest('hex');
}
