/** One step of a path: a name in an object or map, a place in a list, or all elements of either. */
export type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' };

/** What is known of a resource besides its attributes. */
export const FACTS = ['address', 'type', 'name', 'module', 'provider', 'index', 'tags'] as const;
/** Name of such a fact. */
export type Fact = (typeof FACTS)[number];

/** Where a value stands: below the attributes of a resource, or below one of its facts. */
export interface AttributePath {
  /** As it was written. */
  readonly text: string;
  readonly fact: Fact | null;
  readonly steps: readonly Step[];
}

/** A path, or one sentence about what is wrong with it. */
export type PathReading =
  { readonly ok: true; readonly path: AttributePath } | { readonly ok: false; readonly problem: string };

const MAX_STEPS = 20;
const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const BRACKET = /\[(?:(?<all>\*)|(?<index>\d{1,6})|"(?<double>(?:[^"\\]|\\.)+)"|'(?<single>(?:[^'\\]|\\.)+)')\]/y;

/**
 * Reads a path such as `ingress[*].cidr_blocks[*]`, `tags["Cost Centre"]`, `metadata[0].labels['app.kubernetes.io/name']`
 * or `$tags.Owner`. `$` begins a fact; `[*]` stands for every element of a list or map.
 */
export function parsePath(text: string): PathReading {
  const isFact = text.startsWith('$');
  const steps: Step[] = [];
  let at = isFact ? 1 : 0;
  while (at < text.length) {
    const next = stepAt(text, at, steps.length === 0);
    if (next === null) return { ok: false, problem: unreadable(text, at) };
    steps.push(next.step);
    at = next.end;
  }
  if (steps.length > MAX_STEPS) return { ok: false, problem: `A path has at most ${MAX_STEPS} steps.` };
  return isFact ? factPath(text, steps) : attributePath(text, steps);
}

interface ReadStep {
  readonly step: Step;
  readonly end: number;
}

function stepAt(text: string, at: number, isFirst: boolean): ReadStep | null {
  const start = isFirst || text[at] !== '.' ? at : at + 1;
  NAME.lastIndex = start;
  const name = isFirst || start > at ? NAME.exec(text)?.[0] : undefined;
  if (name !== undefined) return { step: { kind: 'name', name }, end: start + name.length };
  BRACKET.lastIndex = at;
  const bracket = BRACKET.exec(text);
  if (bracket === null) return null;
  return { step: bracketStep(bracket.groups ?? {}), end: at + bracket[0].length };
}

function bracketStep({ index, double, single }: Readonly<Record<string, string | undefined>>): Step {
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  const quoted = double ?? single;
  return quoted === undefined ? { kind: 'all' } : { kind: 'name', name: quoted.replace(/\\(.)/g, '$1') };
}

function unreadable(text: string, at: number): string {
  return `Cannot be read from character ${at + 1} on (${JSON.stringify(text.slice(at, at + 20))}): write names with dots between them, [0] or [*] for elements, and ["a.b"] for names with other characters than letters, digits, - and _.`;
}

function attributePath(text: string, steps: readonly Step[]): PathReading {
  if (steps[0]?.kind !== 'name') return { ok: false, problem: 'Must begin with the name of an attribute.' };
  return { ok: true, path: { text, fact: null, steps } };
}

function factPath(text: string, [first, ...steps]: readonly Step[]): PathReading {
  const fact = FACTS.find((name) => first?.kind === 'name' && first.name === name);
  if (fact === undefined) {
    return { ok: false, problem: `After $ comes one of ${FACTS.join(', ')}.` };
  }
  if (fact !== 'tags' && steps.length > 0) return { ok: false, problem: `$${fact} is one text: nothing may follow.` };
  return { ok: true, path: { text, fact, steps } };
}
