// `node tools/fuzz-plans.mjs [--seed 1] [--count 10000]`: damages recorded plans, cut off and with changed bytes, and
// compares what Rungate says of each with what JSON.parse makes of it. The unit suite does a few hundred of the same.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '10000' } },
});
const jest = path.join(root, 'node_modules/jest/bin/jest.js');
const child = spawn(
  process.execPath,
  [jest, 'libs/sandbox/src/damaged-plans.test.ts', '--selectProjects', 'unit', '--coverage=false'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_SEED: values.seed, FUZZ_COUNT: values.count } },
);
child.on('close', (status) => {
  process.exitCode = status ?? 1;
});
