import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** One file of the built console. */
export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, compressed by the build; null where that is no use. */
  readonly gzip: Buffer | null;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The built console, in memory from its first use on; an address that names none of its files is nothing of it. */
export class ConsoleFiles {
  #files: ReadonlyMap<string, ConsoleFile> | null = null;
  #page: string | null = null;

  constructor(private readonly folder: string) {}

  /** The file at the path of an address, such as `/assets/main-1a2b.js`. */
  find(address: string): ConsoleFile | undefined {
    this.#files ??= readFiles(this.folder);
    return this.#files.get(address);
  }

  /** index.html, its inline styles allowed by a nonce; null when the console is not built. */
  page(nonce: string): string | null {
    const file = path.join(this.folder, 'index.html');
    if (this.#page === null && existsSync(file)) this.#page = readFileSync(file, 'utf8');
    return this.#page?.replaceAll(NONCE_MARK, nonce) ?? null;
  }
}

/** What the build writes where a nonce belongs. */
const NONCE_MARK = '__NONCE__';

function readFiles(folder: string): ReadonlyMap<string, ConsoleFile> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(names.flatMap((name) => readFile(folder, name)));
}

function readFile(folder: string, name: string): readonly (readonly [string, ConsoleFile])[] {
  const file = path.join(folder, name);
  const type = TYPES[path.extname(name)];
  if (type === undefined || !statSync(file).isFile()) return [];
  const gzip = existsSync(`${file}.gz`) ? readFileSync(`${file}.gz`) : null;
  const address = `/${name.split(path.sep).join('/')}`;
  const immutable = address.startsWith('/assets/');
  return [[address, { type, bytes: readFileSync(file), gzip, immutable }]];
}
