// `npm run e2e:all [-- --screenshots <folder>] [-- --only <words of a test's name>]`: all that is tried in a real browser,
// also what takes too long for `npm test`. Pictures of every page are written to a folder that is said at the end; with
// --screenshots, one of each page and theme goes as WebP into <folder>/screenshots besides.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildWhenStale } from './build-when-stale.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { screenshots: { type: 'string' }, only: { type: 'string' } } });
const pictures = path.join(tmpdir(), 'rungate-pictures');
const documents =
  values.screenshots === undefined
    ? {}
    : { RUNGATE_DOCUMENT_PICTURES: path.resolve(root, values.screenshots, 'screenshots') };

buildWhenStale(root);
const jest = path.join(root, 'node_modules/jest/bin/jest.js');
const only = values.only === undefined ? [] : ['--testNamePattern', values.only];
const { status } = spawnSync(
  process.execPath,
  [jest, '--selectProjects', 'browser', 'browser-all', '--runInBand', '--verbose', ...only],
  { cwd: root, stdio: 'inherit', env: { ...process.env, RUNGATE_PICTURES: pictures, ...documents } },
);
console.log(`Pictures of every page are in ${pictures}.`);
process.exitCode = status ?? 1;
