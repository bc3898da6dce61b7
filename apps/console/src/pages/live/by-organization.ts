/** Rows of an organization beside each other. */
export interface Grouped<Item> {
  readonly rows: readonly Item[];
  /** By the id of the first row of each organization: how many it has. */
  readonly counts: ReadonlyMap<string, number>;
}

interface OfOrganization {
  readonly id: string;
  readonly organization: string;
}

/** The organization of the most urgent row first; within one, the order stays. */
export function byOrganization<Item extends OfOrganization>(items: readonly Item[]): Grouped<Item> {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(item.organization);
    if (group === undefined) groups.set(item.organization, [item]);
    else group.push(item);
  }
  const all = [...groups.values()];
  return { rows: all.flat(), counts: new Map(all.map((group) => [group[0].id, group.length])) };
}
