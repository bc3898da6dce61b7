// `npm run check [-- --without unit]`: what a contributor runs before a commit. Runs everything, then says all that failed.
// Without the unit tests it is for whoever runs `npm test` anyway.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const bin = (...file) => path.join(root, 'node_modules', ...file);

const STEPS = [
  {
    name: 'lint',
    command: [bin('nx/dist/bin/nx.js'), 'run-many', '-t', 'lint', '--outputStyle=static'],
  },
  { name: 'types', command: [bin('typescript/bin/tsc'), '--noEmit', '-p', '.'] },
  { name: 'types of the console', command: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'apps/console'] },
  { name: 'unit', command: [bin('jest/bin/jest.js'), '--selectProjects', 'unit', '--silent', '--maxWorkers=2'] },
  { name: 'format', command: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'dead code', command: [bin('knip/bin/knip.js'), '--no-config-hints', '--no-progress'] },
  { name: 'prisma schema', command: [bin('prisma/build/index.js'), 'validate'] },
];

const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NO_COLOR: '1',
  // Prisma's checks need no engine, but look for one: docs/decisions/0003-prisma-without-its-engine.md.
  PRISMA_SCHEMA_ENGINE_BINARY: '/bin/false',
  CHECKPOINT_DISABLE: '1',
};

const without = leftOut();
const failed = [];
const waiting = STEPS.filter(({ name }) => !without.includes(name));
// Most of them use one core, and lint takes as long as all others but the unit tests.
await Promise.all([workOff(), workOff()]);
for (const { name, output } of failed) console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}\n${output.trim()}`);
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.map(({ name }) => name).join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function workOff() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const { status, output, seconds } = await run(step.command);
    console.log(`${status === 0 ? '✔' : '✖'} ${step.name} (${seconds} s)`);
    if (status !== 0) failed.push({ ...step, output });
  }
}

function leftOut() {
  const { values } = parseArgs({ options: { without: { type: 'string', multiple: true } } });
  const named = values.without ?? [];
  const unknown = named.filter((wanted) => !STEPS.some(({ name }) => name === wanted));
  if (unknown.length === 0) return named;
  console.error(`There is no step ${unknown.join(', ')}; choose among ${STEPS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

function run(command) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += error.message));
    child.on('close', (status) => {
      resolve({ status, output, seconds: ((performance.now() - start) / 1000).toFixed(1) });
    });
  });
}
