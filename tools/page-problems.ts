import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { declaredNames } from './declared-names.js';

/** What a page may name. */
export interface Checkout {
  readonly root: string;
  /** Directory of the page, from the root. */
  readonly directory: string;
  /** Columns by table. */
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
  /** Environment variables. */
  readonly variables: ReadonlySet<string>;
}

/**
 * Everything that a page names and that does not exist; empty when all of it does. Nothing in code font goes unchecked:
 * it is a path from the root, a table or `table.column`, an environment variable, or else it belongs to the file that was
 * linked last in the same list item, table row or paragraph: one word is declared or quoted there, several words stand
 * there to the letter.
 */
export function problemsOf(page: string, checkout: Checkout): readonly string[] {
  const looking = { checkout, sources: new Sources(checkout.root) };
  return blocksOf(page).flatMap((block) => problemsOfBlock(block, looking));
}

interface Looking {
  readonly checkout: Checkout;
  readonly sources: Sources;
}

/** List items, table rows and paragraphs; what is fenced is left out. */
function blocksOf(page: string): readonly string[] {
  return page.replaceAll(/^```[^]*?^```$/gm, '').split(/\n\s*\n|\n(?=\s*(?:- |\d+\. |\||#))/);
}

const NAMED = /\[(?<text>[^\]]*)\]\((?<target>[^)]*)\)|`(?<code>[^`]*)`/g;

function problemsOfBlock(block: string, looking: Looking): readonly string[] {
  const problems: (string | null)[] = [];
  let beside: string | null = null;
  for (const { groups = {} } of block.matchAll(NAMED)) {
    const { text, target, code } = groups;
    if (code !== undefined) problems.push(problemOfCode(code.replaceAll(/\s+/g, ' '), beside, looking));
    if (text === undefined || target === undefined || /^https?:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    beside = path.join(looking.checkout.directory, file);
    problems.push(problemOfLink({ text, file: beside, anchor }, looking));
  }
  return problems.filter((problem) => problem !== null);
}

interface Link {
  readonly text: string;
  /** From the root. */
  readonly file: string;
  readonly anchor: string | undefined;
}

function problemOfLink({ text, file, anchor }: Link, { sources }: Looking): string | null {
  if (!sources.has(file)) return `${file} does not exist`;
  const [, shown] = /^`(.*)`$/.exec(text) ?? [];
  if (shown !== undefined && !`/${file}`.endsWith(`/${shown}`)) return `${shown} is linked to ${file}`;
  if (anchor === undefined) return null;
  const headings = [...sources.read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slug(heading));
  return headings.includes(anchor) ? null : `${file} has no heading #${anchor}`;
}

/** As GitHub makes anchors. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function problemOfCode(code: string, beside: string | null, { checkout, sources }: Looking): string | null {
  if (checkout.variables.has(code)) return null;
  const columns = checkout.tables.get(code.replace(/\..*/, ''));
  if (columns !== undefined) return problemOfColumn(code, columns);
  if (/^[\w./-]+\/[\w.-]+$/.test(code)) return sources.has(code) ? null : `${code} does not exist`;
  if (/^RUNGATE_|_URL$/.test(code)) return `${code} is no environment variable`;
  if (beside === null) return `${code} stands beside no file`;
  // A link that leads nowhere is a problem of its own.
  return !sources.has(beside) || sources.say(beside, code) ? null : `${code} is not in ${beside}`;
}

/** Of a table that exists. */
function problemOfColumn(code: string, columns: ReadonlySet<string>): string | null {
  const [table = '', column] = code.split('.');
  return column === undefined || columns.has(column) ? null : `${table} has no column ${column}`;
}

/** The files of a checkout, each read and parsed once. */
class Sources {
  readonly #names = new Map<string, ReadonlySet<string>>();

  constructor(private readonly root: string) {}

  has(file: string): boolean {
    return existsSync(path.join(this.root, file));
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  /** Whether a name is declared or quoted in a file, or several words stand there to the letter. */
  say(file: string, code: string): boolean {
    if (code.includes(' ')) return this.read(file).replaceAll(/\s+/g, ' ').includes(code);
    const names = this.#names.get(file) ?? declaredNames(file, this.read(file));
    this.#names.set(file, names);
    return names.has(code);
  }
}
