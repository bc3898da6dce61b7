import { API_PREFIX, type Route } from '../routes/route.js';

/** Path and query of a call, below the public URL. */
export function targetOf(path: Route['path'], params: unknown, query: unknown): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(valuesOf(params).get(name))),
  );
  const search = new URLSearchParams();
  for (const [name, value] of valuesOf(query)) {
    // A list is a parameter that is repeated.
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const each of values) if (each !== undefined) search.append(name, textOf(each));
  }
  const asked = search.toString();
  return `${API_PREFIX}${filled}${asked === '' ? '' : `?${asked}`}`;
}

function valuesOf(holder: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof holder === 'object' && holder !== null ? Object.entries(holder) : []);
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
