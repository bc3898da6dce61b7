// What the console's pages hold of others: npm installs it for development alone, and the bundle ships it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `from 'name'`, `import 'name'` and `import('name')` of a package, without what is below it. */
const IMPORT = /(?:from|import)\s*\(?\s*'((?:@[\w-]+\/)?[\w-]+)[/']/g;

/**
 * Folders (keys of the lockfile's `packages`) of what the sources of the console import, and of what that depends on. The
 * bundler may leave some of it out; a notice too many does no harm.
 */
export function bundledFolders(root, packages) {
  const found = new Set();
  const waiting = imported(path.join(root, 'apps/console')).map((name) => folderOf('', name, packages));
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (folder === null || found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {} } = packages[folder];
    waiting.push(...Object.keys(dependencies).map((name) => folderOf(folder, name, packages)));
  }
  return found;
}

function imported(directory) {
  const files = readdirSync(directory, { recursive: true }).filter((file) => /(?<!\.test)\.tsx?$/.test(file));
  const names = files.flatMap((file) =>
    [...readFileSync(path.join(directory, file), 'utf8').matchAll(IMPORT)].map(([, name]) => name),
  );
  return [...new Set(names)];
}

/** As Node looks for a package: beside the one that asks, then further up. Null: not from npm. */
function folderOf(from, name, packages) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const folder = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[folder] !== undefined) return packages[folder].link === true ? null : folder;
    if (at === '') return null;
  }
}
