import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '..');
const NX = '@nx/enforce-module-boundaries';
const IMPORTS = '@typescript-eslint/no-restricted-imports';
const GLOBALS = 'no-restricted-globals';
const PROPERTIES = 'no-restricted-properties';
const SYNTAX = 'no-restricted-syntax';

interface Fence {
  readonly name: string;
  readonly file: string;
  /** Code that crosses the fence, and the rule that must say so. */
  readonly crossing: string;
  readonly rule: string;
  /** The nearest thing that is allowed. */
  readonly twin: string;
}

const fence = (name: string, file: string, [crossing, rule]: [string, string], twin: string): Fence => ({
  name,
  file,
  crossing,
  rule,
  twin,
});

const imports = (module: string) => `import { a } from '${module}';\nexport const b = a;\n`;

/** A project imports the allowed one and not the forbidden one. */
const reach = (file: string, forbidden: string, allowed: string): Fence =>
  fence(`${file} → ${forbidden}`, file, [imports(forbidden), NX], imports(allowed));

const boundaries: readonly Fence[] = [
  reach('libs/run-task/src/x.ts', '@rungate/checks', './y.js'),
  reach('libs/run-task/src/x.ts', 'pino', 'zod'),
  reach('libs/checks/src/x.ts', '@rungate/sandbox', '@rungate/run-task'),
  reach('libs/checks/src/x.ts', 'undici', 'zod'),
  reach('libs/access/src/x.ts', '@rungate/run-task', 'zod'),
  reach('libs/contract/src/x.ts', '@rungate/run-task', '@rungate/access'),
  reach('libs/config/src/x.ts', '@rungate/telemetry', 'zod'),
  reach('libs/telemetry/src/x.ts', '@rungate/run-task', 'pino'),
  reach('libs/egress/src/x.ts', '@rungate/terraform', 'undici'),
  reach('libs/sandbox/src/x.ts', '@rungate/postgres', '@rungate/checks'),
  reach('libs/postgres/src/x.ts', '@rungate/queue', '@rungate/run-task'),
  reach('libs/postgres/src/x.ts', 'bullmq', 'pg'),
  reach('libs/queue/src/x.ts', '@rungate/postgres', '@rungate/run-task'),
  reach('libs/queue/src/x.ts', '@prisma/client', 'pg'),
  reach('libs/queue/src/x.ts', 'undici', 'ioredis'),
  reach('libs/terraform/src/x.ts', '@rungate/queue', '@rungate/egress'),
  reach('libs/terraform/src/x.ts', 'undici', 'zod'),
  reach('libs/terraform/src/x.ts', '@nestjs/common', 'zod'),
  reach('apps/ingress/src/x.ts', '@rungate/worker', '@rungate/run-task'),
  reach('apps/ingress/src/x.ts', 'pg', '@nestjs/common'),
  reach('apps/worker/src/x.ts', '@rungate/api', '@rungate/queue'),
  reach('apps/worker/src/x.ts', 'bullmq', '@nestjs/common'),
  reach('apps/api/src/x.ts', '@rungate/ingress', '@rungate/contract'),
  reach('apps/api/src/x.ts', '@prisma/client', '@nestjs/core'),
  reach('apps/terraform-simulator/src/x.ts', '@rungate/worker', '@rungate/run-task'),
  reach('apps/rungate/src/x.ts', 'ioredis', '@rungate/worker'),
  reach('apps/console/src/x.tsx', '@rungate/run-task', '@rungate/contract'),
  reach('apps/console/src/x.tsx', 'fastify', 'react'),
  reach('apps/api/src/x.ts', 'react', 'zod'),
  reach('libs/queue/src/x.ts', '../../run-task/src/index.js', '@rungate/run-task'),
];

const network = (module: string): Fence =>
  fence(
    `the network through ${module} outside egress`,
    'libs/terraform/src/x.ts',
    [imports(module), IMPORTS],
    imports('@rungate/egress'),
  );

const effects: readonly Fence[] = [
  ...['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dns', 'node:dns/promises', 'net'].map(
    network,
  ),
  fence(
    'the network through import()',
    'libs/terraform/src/x.ts',
    [`export const a = await import('node:net');\n`, SYNTAX],
    `export const a = await import('node:path');\n`,
  ),
  fence(
    'a type of the network is no network',
    'apps/ingress/src/x.ts',
    [`import { Socket } from 'node:net';\nexport const a = new Socket();\n`, IMPORTS],
    `import type { Socket } from 'node:net';\nexport type A = Socket;\n`,
  ),
  fence(
    'fetch outside egress',
    'apps/worker/src/x.ts',
    [`export const a = fetch('https://example.com');\n`, GLOBALS],
    `export const a = (fetchPlan: () => void) => fetchPlan();\n`,
  ),
  fence(
    'fetch as a property of the global object',
    'libs/terraform/src/x.ts',
    [`export const a = globalThis.fetch;\n`, GLOBALS],
    `export const a = globalThis.URL;\n`,
  ),
  fence(
    'child processes outside sandbox',
    'libs/egress/src/x.ts',
    [imports('node:child_process'), IMPORTS],
    imports('node:net'),
  ),
  fence(
    'the network inside sandbox, which may start children',
    'libs/sandbox/src/x.ts',
    [imports('node:http'), IMPORTS],
    imports('node:child_process'),
  ),
  fence(
    'a framework in the sockets of sandbox, which may use the network',
    'libs/sandbox/src/runner/x-socket.ts',
    [imports('@nestjs/common'), NX],
    imports('node:net'),
  ),
  fence(
    'child processes in postgres outside embedded',
    'libs/postgres/src/x.ts',
    [imports('node:child_process'), IMPORTS],
    imports('node:path'),
  ),
  fence(
    'the database in what answers requests',
    'apps/api/src/x.ts',
    [imports('@rungate/postgres'), IMPORTS],
    imports('@rungate/run-task'),
  ),
  fence(
    'a pool of a login in a store that serves organizations',
    'libs/postgres/src/x-store.ts',
    [imports('./login-pool.js'), IMPORTS],
    imports('./read-gate.js'),
  ),
  fence(
    'the opening of pools below a folder of postgres',
    'libs/postgres/src/audit/x.ts',
    [imports('../open-login-pool.js'), IMPORTS],
    imports('../read-gate.js'),
  ),
  fence(
    'the network in a store that may have a pool',
    'libs/postgres/src/schedule-store.ts',
    [imports('node:net'), IMPORTS],
    imports('./login-pool.js'),
  ),
  fence(
    'the environment in embedded Postgres, which may start its server',
    'libs/postgres/embedded/x.ts',
    [`export const a = process.env.HOME;\n`, PROPERTIES],
    `import { spawn } from 'node:child_process';\nimport { createServer } from 'node:net';\nexport const a = [spawn, createServer];\n`,
  ),
  fence(
    'child processes in the simulator, which may use the network',
    'apps/terraform-simulator/src/x.ts',
    [imports('node:child_process'), IMPORTS],
    imports('node:http'),
  ),
  fence(
    'the network where the process begins, which may read the environment',
    'apps/rungate/src/main.ts',
    [imports('node:http'), IMPORTS],
    `export const a = process.env;\n`,
  ),
  fence(
    'the network in the command line outside its one file for it',
    'apps/rungate/src/cli/x.ts',
    [`export const a = fetch('https://example.com');\n`, GLOBALS],
    `import { send } from './http.js';\nexport const a = send;\n`,
  ),
  fence(
    'fetch in a page of the console',
    'apps/console/src/pages/X.tsx',
    [`export const a = fetch('/api/v1/me');\n`, GLOBALS],
    `import { client } from '../api/client.js';\nexport const a = client;\n`,
  ),
  fence(
    'Node in the one folder of the console that may use the network',
    'apps/console/src/api/x.ts',
    [imports('node:path'), IMPORTS],
    `export const a = fetch('/api/v1/me');\n`,
  ),
  fence(
    'child processes in the file of the command line that may use the network',
    'apps/rungate/src/cli/http.ts',
    [imports('node:child_process'), IMPORTS],
    `export const a = fetch('https://example.com');\n`,
  ),
  fence(
    'the environment outside config',
    'libs/queue/src/x.ts',
    [`export const a = process.env.HOME;\n`, PROPERTIES],
    `export const a = process.pid;\n`,
  ),
  fence(
    'the environment by destructuring',
    'apps/api/src/x.ts',
    [`export const { env } = process;\n`, PROPERTIES],
    `export const { pid } = process;\n`,
  ),
  fence(
    'the environment through node:process',
    'apps/worker/src/x.ts',
    [imports('node:process'), IMPORTS],
    imports('node:path'),
  ),
  fence(
    'testing entry points outside tests',
    'libs/postgres/src/x.ts',
    [imports('@rungate/run-task/testing'), IMPORTS],
    imports('@rungate/run-task'),
  ),
  fence(
    'replacing a module in a test',
    'libs/queue/src/x.test.ts',
    [`jest.mock('bullmq');\n`, PROPERTIES],
    `jest.useFakeTimers();\n`,
  ),
  fence('export *', 'libs/queue/src/x.ts', [`export * from './y.js';\n`, SYNTAX], `export { a } from './y.js';\n`),
  fence(
    'default exports',
    'libs/queue/src/x.ts',
    [`export default 1;\n`, 'import-x/no-default-export'],
    `export const a = 1;\n`,
  ),
  fence(
    'packages that package.json does not name',
    'apps/e2e/src/x.ts',
    [imports('@types/estree'), 'import-x/no-extraneous-dependencies'],
    imports('pg'),
  ),
];

const pure = (name: string, crossing: string, rule: string, twin: string): Fence =>
  fence(`${name} in the domain`, 'libs/run-task/src/flow/x.ts', [crossing, rule], twin);

const domain: readonly Fence[] = [
  pure('node:fs', imports('node:fs'), IMPORTS, imports('node:crypto')),
  pure('node:fs/promises', imports('node:fs/promises'), IMPORTS, imports('node:crypto')),
  pure('fs without its prefix', imports('fs'), IMPORTS, imports('crypto')),
  pure('node:timers', imports('node:timers/promises'), IMPORTS, imports('node:crypto')),
  pure('process', `export const a = process.pid;\n`, GLOBALS, `export const a = (process: () => void) => process();\n`),
  pure('Date.now', `export const a = Date.now();\n`, PROPERTIES, `export const a = Date.parse('2026-01-01');\n`),
  pure('new Date()', `export const a = new Date();\n`, SYNTAX, `export const a = new Date(0);\n`),
  pure('Date()', `export const a = Date();\n`, SYNTAX, `export const a = Date.UTC(2026);\n`),
  pure('fetch', `export const a = fetch('/');\n`, GLOBALS, `export const a = 1;\n`),
  pure('setTimeout', `setTimeout(() => undefined, 1);\n`, GLOBALS, `export const a = 1;\n`),
  pure('setInterval', `globalThis.setInterval(() => undefined, 1);\n`, GLOBALS, `export const a = 1;\n`),
  pure('Math.random', `export const a = Math.random();\n`, PROPERTIES, `export const a = Math.max(1, 2);\n`),
  fence(
    'model → flow',
    'libs/run-task/src/model/x.ts',
    [imports('../flow/accept.js'), IMPORTS],
    imports('../errors.js'),
  ),
  fence('model → ports', 'libs/run-task/src/model/x.ts', [imports('../ports.js'), IMPORTS], imports('./verdict.js')),
  fence(
    'ports → flow',
    'libs/run-task/src/ports.ts',
    [imports('./flow/accept.js'), IMPORTS],
    imports('./model/check.js'),
  ),
  fence(
    'management → flow',
    'libs/run-task/src/management/x.ts',
    [imports('../flow/accept.js'), IMPORTS],
    imports('../model/check.js'),
  ),
];

const fences = [...boundaries, ...effects, ...domain];
const workspaceData = mkdtempSync(path.join(tmpdir(), 'rungate-fences-'));
let crossings: readonly (readonly string[])[] = [];
let twins: readonly (readonly string[])[] = [];

beforeAll(() => {
  run('node_modules/nx/dist/bin/nx.js', ['show', 'projects'], '');
  const snippets = ['crossing', 'twin'] as const;
  const files = snippets.flatMap((which) => fences.map(({ file, [which]: code }) => ({ file, code })));
  const broken: readonly (readonly string[])[] = JSON.parse(
    run('tools/lint-snippets.mjs', [], JSON.stringify(files)),
  ) as string[][];
  crossings = broken.slice(0, fences.length);
  twins = broken.slice(fences.length);
}, 120_000);

afterAll(() => {
  rmSync(workspaceData, { recursive: true, force: true });
});

test.each(fences.map((each, index) => ({ ...each, index })))('fence bites: $name', ({ rule, index }) => {
  expect(crossings[index]).toContain(rule);
});

test.each(fences.map((each, index) => ({ ...each, index })))('and leaves its twin alone: $name', ({ index }) => {
  expect(twins[index]).toEqual([]);
});

/** A project graph of its own: the boundary rule is silent without one, and a stale one is somebody else's. */
function run(script: string, args: readonly string[], input: string): string {
  const env = { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: workspaceData };
  const child = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    env,
    input,
    encoding: 'utf8',
    timeout: 100_000,
  });
  if (child.status !== 0) throw new Error(`${script} ended with ${String(child.status)}:\n${child.stderr}`);
  return child.stdout;
}
