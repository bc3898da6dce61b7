// Writes the generated pages of docs/reference from the built sources: run `npm run build` first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const { environmentReference } = createRequire(import.meta.url)('../dist/libs/config/src/index.js');

mkdirSync(path.join(root, 'docs/reference'), { recursive: true });
writeFileSync(path.join(root, 'docs/reference/environment.md'), environmentReference());
