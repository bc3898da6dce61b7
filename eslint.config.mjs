// Run through Nx (`npx nx run-many -t lint`): plain `eslint .` on a fresh clone has no project graph and skips the boundaries.
// One process for the whole workspace: a process per project builds the same program 18 times, at five times the cost.
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { boundaries, fences } from './tools/fences.mjs';

const TESTS = ['**/*.test.ts', '**/testing/**/*.ts', 'apps/e2e/**/*.ts', 'tools/**/*.ts'];
const CONFIGS = ['*.config.{mjs,ts}'];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.nx/', '.rungate*/', '**/generated/', '**/fixtures/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'performance', 'fetch', 'URL', 'Buffer', 'setTimeout', 'clearTimeout'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Nest types its options as classes; object literals are how they are given.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    plugins: { '@nx': nx, 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
    },
    rules: {
      complexity: ['error', { max: 10, variant: 'modified' }],
      'max-lines': ['error', 400],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-extraneous-dependencies': [
        'error',
        { devDependencies: [...TESTS, ...CONFIGS, 'tools/**', 'apps/{bench,console,dev-idp}/**'] },
      ],
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries }],
    },
  },
  {
    // Tests of a lib may put a real Postgres under it, and TLS before a server; ajv judges answers by the OpenAPI document.
    files: ['**/*.test.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          depConstraints: boundaries,
          allow: [
            '^@rungate/postgres/embedded$',
            '^@rungate/egress/testing$',
            '^pg$',
            '^ajv(-formats|/dist/2020\\.js)$',
          ],
        },
      ],
    },
  },
  // Jest and others read the default export.
  { files: [...CONFIGS, 'tools/long-first.mjs'], rules: { 'import-x/no-default-export': 'off' } },
  ...fences,
  {
    files: TESTS,
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
);
