import type { Action, PlanChange } from './plan-changes.js';

/** What one changed resource is configured with comes from another: positions in the list of changes. */
export interface Reference {
  readonly from: number;
  readonly to: number;
}

/** A box of the graph: a resource with all its instances, or a module with all its resources. */
export interface GraphNode {
  readonly id: string;
  readonly kind: 'resource' | 'module';
  /** Within the module that it is shown in. */
  readonly label: string;
  /** Of the resources and instances in it. */
  readonly counts: Readonly<Partial<Record<Action, number>>>;
}

/** From what is referred to, to what refers to it: as they are applied. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** What is drawn of the changes of a plan. */
export interface PlanGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

interface Box {
  readonly kind: GraphNode['kind'];
  readonly label: string;
  readonly counts: Partial<Record<Action, number>>;
}

/** The changes as boxes and arrows, with each module closed that is not in `opened`. */
export function planGraph(
  changes: readonly PlanChange[],
  references: readonly Reference[],
  opened: ReadonlySet<string>,
): PlanGraph {
  const places = changes.map(({ address }) => placeOf(configuredAddress(address), opened));
  const boxes = new Map<string, Box>();
  changes.forEach(({ action }, position) => {
    const place = places[position];
    if (place === undefined) return;
    const box = boxes.get(place.id) ?? { kind: place.kind, label: place.label, counts: {} };
    box.counts[action] = (box.counts[action] ?? 0) + 1;
    boxes.set(place.id, box);
  });
  const edges = new Map<string, GraphEdge>();
  for (const reference of references) {
    const [from, to] = [places[reference.to]?.id, places[reference.from]?.id];
    if (from === undefined || to === undefined || from === to) continue;
    edges.set(`${from} ${to}`, { from, to });
  }
  return { nodes: [...boxes].map(([id, box]) => ({ id, ...box })), edges: [...edges.values()] };
}

/** What a box is called by who cannot see its arrows. */
export function nameOf({ id, counts }: GraphNode, edges: readonly GraphEdge[]): string {
  const changed = Object.entries(counts).map(([action, count]) => (count === 1 ? action : `${count} ${action}`));
  const after = edges.filter(({ to }) => to === id).map(({ from }) => from);
  return `${id}: ${changed.join(', ')}${after.length === 0 ? '' : `; refers to ${after.join(', ')}`}`;
}

/** Keys of instances may hold anything, dots too. */
function configuredAddress(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}

/** The outermost module around it that is closed, or the resource itself. */
function placeOf(address: string, opened: ReadonlySet<string>): Pick<GraphNode, 'id' | 'kind' | 'label'> {
  const parts = address.split('.');
  let around = 0;
  while (parts[around] === 'module' && around + 2 < parts.length) {
    const id = parts.slice(0, around + 2).join('.');
    if (!opened.has(id)) return { id, kind: 'module', label: parts.slice(around, around + 2).join('.') };
    around += 2;
  }
  return { id: address, kind: 'resource', label: parts.slice(around).join('.') };
}
