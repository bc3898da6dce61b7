// Builds unless dist is as the sources are.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceStamp } from './sources.mjs';

/** Ends this process when the build fails. */
export function buildWhenStale(root) {
  const file = path.join(root, 'dist/build.json');
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).stamp === sourceStamp(root)) return;
  console.log('Building: dist is missing or older than the sources.');
  const build = spawnSync(process.execPath, [path.join(root, 'tools/build.mjs')], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}
