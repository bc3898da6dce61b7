import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseLine } from '../line-reader.js';

/** A plugin of others as it lies in the runner's own directory, where nobody changes it any more. */
export interface CopiedPlugin {
  readonly directory: string;
  /** Its main file, below that directory. */
  readonly entry: string;
  /** Hex SHA-256 over the names and contents of its files. */
  readonly hash: string;
}

/** Why a plugin is not taken; the message continues "refused, because …". */
export class PluginRefusal extends Error {}

const MOST_FILES = 10_000;
const MOST_BYTES = 64 * 2 ** 20;
/** Links to programs, which a plugin cannot run. */
const IGNORED = new Set(['.bin', '.git']);
const ENTRIES = ['index.js', 'index.cjs', 'index.mjs'];

/** Copies a plugin, files and directories alone. @throws PluginRefusal */
export function copyPlugin(from: string, to: string): CopiedPlugin {
  const copy = new Copy();
  copy.directory(from, to, '');
  // Node looks for the nearest one upwards, where a plugin may not look.
  if (!existsSync(path.join(to, 'package.json'))) writeFileSync(path.join(to, 'package.json'), '{}');
  return { directory: to, entry: entryOf(to), hash: copy.hash.digest('hex') };
}

class Copy {
  readonly hash = createHash('sha256');
  private files = 0;
  private bytes = 0;

  /** In the order of names, so that equal content has an equal hash. */
  directory(from: string, to: string, name: string): void {
    mkdirSync(to, { mode: 0o700 });
    const entries = readdirSync(from, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries.filter((found) => !IGNORED.has(found.name))) {
      const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
      const inside = path.join(name, entry.name);
      if (entry.isDirectory()) this.directory(source, target, inside);
      else if (entry.isFile()) this.file(source, target, inside);
      else throw new PluginRefusal(`${inside} is neither a file nor a directory: copy what links point to`);
    }
  }

  private file(source: string, target: string, inside: string): void {
    this.files++;
    this.bytes += statSync(source).size;
    if (this.files > MOST_FILES || this.bytes > MOST_BYTES) {
      throw new PluginRefusal(`it has more than ${MOST_FILES} files or ${MOST_BYTES / 2 ** 20} MB: bundle it`);
    }
    copyFileSync(source, target);
    this.hash.update(`${inside}\0`).update(createHash('sha256').update(readFileSync(target)).digest());
  }
}

function entryOf(directory: string): string {
  const named = mainOf(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  const candidates = named === null ? ENTRIES : [named, `${named}.js`, path.join(named, 'index.js')];
  const entry = candidates.map((name) => path.normalize(name)).find((name) => isFileBelow(directory, name));
  if (entry !== undefined) return entry;
  throw new PluginRefusal(`its main file is missing: it has no ${candidates.join(', no ')}`);
}

function mainOf(text: string): string | null {
  const manifest = parseLine(text);
  if (typeof manifest !== 'object' || manifest === null) throw new PluginRefusal('its package.json is no JSON object');
  return 'main' in manifest && typeof manifest.main === 'string' ? manifest.main : null;
}

function isFileBelow(directory: string, name: string): boolean {
  if (path.isAbsolute(name) || name.startsWith('..')) return false;
  return statSync(path.join(directory, name), { throwIfNoEntry: false })?.isFile() === true;
}
