import type { z } from 'zod';

/** Filters out of an address, field by field: what does not fit its field is dropped, and the others stay. */
export function readSearch<Shape extends z.ZodObject>(shape: Shape, search: unknown): z.output<Shape> {
  const whole = shape.safeParse(search);
  if (whole.success) return whole.data;
  const faulty = new Set(whole.error.issues.flatMap((issue) => faultyFields(issue)));
  return shape.parse(Object.fromEntries(entriesOf(search).filter(([name]) => !faulty.has(name))));
}

/** The query of an address after some filters changed; an empty one is left out. */
export function searchAfter(search: unknown, changes: Readonly<Record<string, unknown>>): string {
  const all = Object.fromEntries([...entriesOf(search), ...Object.entries(changes)]);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) {
    if (typeof value === 'string' && value !== '') query.set(name, value);
  }
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

/** An address holds texts: nothing in it is read as a number or JSON. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

function entriesOf(search: unknown): readonly (readonly [string, unknown])[] {
  return typeof search === 'object' && search !== null ? Object.entries(search) : [];
}

function faultyFields(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];
}
