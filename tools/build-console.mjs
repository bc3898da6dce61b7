// Bundles apps/console for browsers into dist/console, with a compressed copy of what is worth it.
// With `--sizes`, builds it and says what a first visit loads.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { aliases } from './compiler.mjs';

/** Fonts are compressed as they are. */
const WORTH_IT = /\.(js|css|svg)$/;

/** A text literal after one of these names. */
const DOCUMENTATION = /\b(description|summary):\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`$\\]*`),?\s*/g;
/** The name that a shape has in the document, and what is left of one that was only described. */
const NAME = /\s*\.meta\(\{\s*(id: '\w+'\s*)?\}\)/g;

/** Every shape and route carries what the OpenAPI document says of it, and no page says that: a tenth of what is loaded first. */
const withoutDocumentation = {
  name: 'without-documentation',
  enforce: 'pre',
  load: (id) => (/\/libs\/contract\/src\/(\w+-)?examples\.ts$/.test(id) ? 'export {};' : null),
  transform: (code, id) =>
    id.includes('/libs/contract/src/') ? { code: undocumented(code), map: { mappings: '' } } : null,
};

function undocumented(code) {
  return withoutExamples(code).replaceAll(DOCUMENTATION, '').replaceAll(NAME, '');
}

/** Routes with empty examples: what stands in braces after `example:`. Texts in examples hold no lone brace. */
function withoutExamples(code) {
  const [first, ...others] = code.split(/\bexample: (?=\{)/);
  return [first, ...others.map((rest) => `example: {}${rest.slice(endOfBraces(rest))}`)].join('');
}

function endOfBraces(code) {
  let depth = 0;
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '{') depth++;
    if (code[at] === '}' && --depth === 0) return at + 1;
  }
  throw new Error(`An example has no end: ${code.slice(0, 80)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(import.meta.dirname, '..');
  await buildConsole(root);
  if (process.argv.includes('--sizes')) tellSizes(path.join(root, 'dist/console'));
}

/** Builds the console of the workspace at `root`. */
export async function buildConsole(root) {
  const outDir = path.join(root, 'dist/console');
  await build({
    configFile: false,
    root: path.join(root, 'apps/console'),
    logLevel: 'warn',
    // The server puts a new nonce in place of this into every page: apps/api/src/console.
    html: { cspNonce: '__NONCE__' },
    resolve: {
      alias: Object.entries(aliases(root)).map(([name, [file]]) => ({
        find: new RegExp(`^${name}$`),
        replacement: path.join(root, file),
      })),
    },
    oxc: { jsx: { runtime: 'automatic' } },
    plugins: [withoutDocumentation],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // A font as data: would need a looser content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 700,
      reportCompressedSize: false,
      rolldownOptions: {
        onwarn: (warning, warn) => {
          if (!isExpected(warning)) warn(warning);
        },
      },
    },
  });
  compress(outDir);
}

/** "use client" is for servers that render; what makes API tokens is in no bundle, since no page makes one. */
function isExpected({ code, message }) {
  if (code === 'IMPORT_IS_UNDEFINED' && /examples/.test(message)) return true;
  return code === 'MODULE_LEVEL_DIRECTIVE' || /imported by "[^"]*access\/src\/api-token\.ts"/.test(message);
}

function compress(folder) {
  for (const name of readdirSync(folder, { recursive: true }).filter((file) => WORTH_IT.test(file))) {
    const file = path.join(folder, name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }));
  }
}

/** What index.html names is loaded at once; everything else waits for its page. */
function tellSizes(folder) {
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const names = readdirSync(path.join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name));
  const sizes = names.map((name) => ({
    name,
    first: page.includes(name),
    bytes: readFileSync(path.join(folder, 'assets', `${name}.gz`)).length,
  }));
  for (const { name, first, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB gzip ${first ? 'at first' : '        '} ${name}`);
  }
  for (const kind of ['.js', '.css']) {
    const sum = sizes
      .filter(({ name, first }) => first && name.endsWith(kind))
      .reduce((all, { bytes }) => all + bytes, 0);
    console.log(`${(sum / 1000).toFixed(1).padStart(7)} kB gzip at first, all ${kind}`);
  }
}
