import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from '../harness/checkout.js';
import { STATEMENT_NAMES } from './statements.js';

const folder = path.join(CHECKOUT, 'libs/postgres/src');
const sources = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  .join('\n');

it.each(Object.entries(STATEMENT_NAMES))('%s is still the statement "%s": scenarios wait for it', (_commit, name) => {
  expect(sources).toContain(`name: '${name}'`);
});
