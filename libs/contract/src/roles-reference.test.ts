import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rolesReference } from './index.js';

test('docs/reference/roles.md is what roles and routes say (else: npm run build && node tools/reference.mjs)', () => {
  const file = path.resolve(__dirname, '../../../docs/reference/roles.md');
  expect(readFileSync(file, 'utf8')).toBe(rolesReference());
});
