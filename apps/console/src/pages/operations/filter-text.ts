/** A filter as one line. */
export function filterText(filter: Readonly<Record<string, string>>): string {
  const parts = Object.entries(filter).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? 'everything' : parts.join(' ');
}
