import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre';
import type { GraphNode, PlanGraph } from './plan-graph.js';

/** Pixels. */
const HEIGHT = 34;
const LETTER = 7.4;
const BESIDE_TEXT = 40;
/** Letters; what is longer is cut, and told whole where it is pointed at. */
const LETTERS = 38;

/** A box with its place. */
export interface PlacedBox extends GraphNode {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An arrow between two boxes. */
export interface PlacedArrow {
  readonly from: string;
  readonly to: string;
  /** For an SVG path. */
  readonly path: string;
}

/** Where everything is drawn. */
export interface PlacedGraph {
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
  readonly width: number;
  readonly height: number;
}

/** Layers from left to right: what is referred to stands before what refers to it. */
export function layOut({ nodes, edges }: PlanGraph): PlacedGraph {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 56, marginx: 8, marginy: 8 });
  for (const { id, label } of nodes) {
    graph.setNode(id, { width: Math.ceil(textOf(label).length * LETTER) + BESIDE_TEXT, height: HEIGHT });
  }
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    boxes: nodes.map((node) => {
      const { x = 0, y = 0, width: boxWidth } = graph.node(node.id);
      const place = { left: x - boxWidth / 2, top: y - HEIGHT / 2, width: boxWidth, height: HEIGHT };
      return { ...node, ...place, text: textOf(node.label) };
    }),
    arrows: edges.map(({ from, to }) => ({ from, to, path: pathOf(graph.edge(from, to).points ?? []) })),
    width,
    height,
  };
}

function textOf(label: string): string {
  return label.length <= LETTERS ? label : `${label.slice(0, LETTERS - 1)}…`;
}

function pathOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...others] = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return first === undefined ? '' : `M${first}${others.map((point) => `L${point}`).join('')}`;
}
