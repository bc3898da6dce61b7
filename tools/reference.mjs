// Writes the generated pages of docs/reference from the sources as they were built last: `npm run build` first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'docs/reference');
const load = createRequire(import.meta.url);
const { environmentReference } = load('../dist/libs/config/src/index.js');
const { openApiDocument, rolesReference } = load('../dist/libs/contract/src/index.js');

mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'environment.md'), environmentReference());
writeFileSync(path.join(folder, 'roles.md'), rolesReference());
const openapi = path.join(folder, 'openapi.json');
const options = await resolveConfig(openapi);
writeFileSync(openapi, await format(JSON.stringify(openApiDocument()), { ...options, parser: 'json' }));
