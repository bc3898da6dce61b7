/** Rows that are held where they are, while somebody reads or touches them. */
export interface Steady<Item> {
  readonly rows: readonly Item[];
  /** How many are there that are not shown yet. */
  readonly added: number;
  /** How many are shown, as they were last, that are no longer there. */
  readonly gone: number;
}

/** The rows in the order that is held, each as it is now; what came is not among them, what went stays as it was. */
export function steadyOf<Item>(
  held: readonly Item[],
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Steady<Item> {
  const now = new Map(items.map((item) => [keyOf(item), item]));
  const keys = new Set(held.map(keyOf));
  return {
    rows: held.map((item) => now.get(keyOf(item)) ?? item),
    added: items.filter((item) => !keys.has(keyOf(item))).length,
    gone: held.filter((item) => !now.has(keyOf(item))).length,
  };
}
