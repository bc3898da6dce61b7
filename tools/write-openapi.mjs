// Writes docs/reference/openapi.json from the routes of libs/contract, as they were built last (`npm run build`).
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const file = path.join(root, 'docs/reference/openapi.json');

const { default: contract } = await import(path.join(root, 'dist/libs/contract/src/index.js'));
const options = await resolveConfig(file);
writeFileSync(file, await format(JSON.stringify(contract.openApiDocument()), { ...options, parser: 'json' }));
