import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aliases, compilerOptions } from './tools/compiler.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));

/** ESM-only packages of NestJS 12 that Jest must compile to CommonJS; the first look-ahead covers nested copies. */
const ESM =
  'node_modules/(?!.*node_modules/)(?!(@nestjs|cookie|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|jose|openid-client|oauth4webapi)/)';

const swc = compilerOptions(root);
delete swc.jsc.baseUrl;
delete swc.jsc.paths;

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  rootDir: root,
  testMatch,
  testEnvironment: 'node',
  transform: { '^.+\\.[cm]?[jt]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [ESM],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: {
    ...Object.fromEntries(
      Object.entries(aliases(root)).map(([name, [file]]) => [`^${name}$`, `<rootDir>/${file.slice(2)}`]),
    ),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  ...more,
});

/** What meets a database of its own kind: everything else sees it through these. */
const DATABASE = ['<rootDir>/libs/postgres/src/**/*.int.test.ts', '<rootDir>/libs/queue/src/on-postgres.int.test.ts'];

/**
 * `unit`: no I/O beyond files. `int`: real Postgres (the embedded one), real Redis, real children. `int15`: the suites of
 * the database again, on Debian's Postgres 15. `e2e`: the whole system as processes. `browser`: its console in a real
 * Chromium; `browser-all`: what takes longer, `npm run e2e:all`.
 */
export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs,tools}/**/!(*.int|*.e2e|*.browser|*.browser-all).test.ts']),
    project('int', ['<rootDir>/{apps,libs}/**/*.int.test.ts']),
    project('int15', DATABASE, {
      setupFiles: ['<rootDir>/libs/postgres/testing/on-postgres-15.ts'],
      // Of connections that break, which no version of Postgres changes.
      testPathIgnorePatterns: ['/node_modules/', '/resilience\\.int\\.'],
    }),
    project('e2e', ['<rootDir>/apps/e2e/**/*.e2e.test.ts']),
    project('browser', ['<rootDir>/apps/e2e/**/*.browser.test.ts']),
    project('browser-all', ['<rootDir>/apps/e2e/**/*.browser-all.test.ts']),
  ],
  testSequencer: '<rootDir>/tools/long-first.mjs',
  // The domain is covered wholly: npx jest --selectProjects unit --coverage libs/run-task
  collectCoverageFrom: ['libs/run-task/src/**/*.ts'],
  coverageThreshold: { './libs/run-task/src/': { statements: 100, branches: 100, functions: 100, lines: 100 } },
};
