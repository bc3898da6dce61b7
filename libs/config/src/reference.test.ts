import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environmentReference } from './index.js';

test('docs/reference/environment.md is what the variables say (else: npm run build && node tools/reference.mjs)', () => {
  const file = path.resolve(__dirname, '../../../docs/reference/environment.md');
  expect(readFileSync(file, 'utf8')).toBe(environmentReference());
});
