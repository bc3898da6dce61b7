import type { PlanChange } from './plan-changes.js';
import { nameOf, planGraph } from './plan-graph.js';
import { layOut, type PlacedBox } from './plan-layout.js';

const changes: readonly PlanChange[] = [
  { address: 'aws_vpc.main', action: 'create' },
  { address: 'aws_subnet.each["a.b"]', action: 'create' },
  { address: 'aws_subnet.each["c"]', action: 'replace' },
  { address: 'module.app["x"].aws_instance.web', action: 'update' },
  { address: 'module.app["x"].module.db.aws_db_instance.main', action: 'update' },
];
const references = [
  { from: 1, to: 0 },
  { from: 3, to: 1 },
  { from: 3, to: 4 },
];
const drawn = (...opened: string[]) => {
  const { nodes, edges } = planGraph(changes, references, new Set(opened));
  return { nodes: nodes.map(({ label }) => label), edges: edges.map(({ from, to }) => `${from} → ${to}`) };
};

describe('the graph of a plan', () => {
  it('has a box for each resource with all its instances, and one for each module', () => {
    expect(drawn()).toEqual({
      nodes: ['aws_vpc.main', 'aws_subnet.each', 'module.app'],
      edges: ['aws_vpc.main → aws_subnet.each', 'aws_subnet.each → module.app'],
    });
    const [, each] = planGraph(changes, references, new Set()).nodes;
    expect(each?.counts).toEqual({ create: 1, replace: 1 });
  });

  it('shows what is in a module that is opened, and the modules in it closed', () => {
    expect(drawn('module.app')).toEqual({
      nodes: ['aws_vpc.main', 'aws_subnet.each', 'aws_instance.web', 'module.db'],
      edges: [
        'aws_vpc.main → aws_subnet.each',
        'aws_subnet.each → module.app.aws_instance.web',
        'module.app.module.db → module.app.aws_instance.web',
      ],
    });
    expect(drawn('module.app', 'module.app.module.db').nodes).toContain('aws_db_instance.main');
  });

  it('tells by words what the arrows show', () => {
    const { nodes, edges } = planGraph(changes, references, new Set());
    expect(nodes.map((node) => nameOf(node, edges))).toEqual([
      'aws_vpc.main: create',
      'aws_subnet.each: create, replace; refers to aws_vpc.main',
      'module.app: 2 update; refers to aws_subnet.each',
    ]);
  });

  it.each([
    ['a graph', references],
    ['a circle', [...references, { from: 0, to: 3 }]],
  ])('is laid out without boxes on each other: %s', (_, from) => {
    const { boxes, arrows, width, height } = layOut(planGraph(changes, from, new Set(['module.app'])));
    const pairs = boxes.flatMap((box, index) => boxes.slice(index + 1).map((other) => [box, other] as const));
    expect(pairs.filter(([box, other]) => !isApart(box, other))).toEqual([]);
    const outside = boxes.filter(
      (box) => box.left < 0 || box.left + box.width > width || box.top + box.height > height,
    );
    expect(outside).toEqual([]);
    expect(arrows.filter(({ path }) => !/^M[\d.]+,[\d.]+L/.test(path))).toEqual([]);
  });

  it('stands in layers from left to right, as it is applied', () => {
    const { boxes } = layOut(planGraph(changes, references, new Set()));
    const lefts = boxes.map(({ left }) => left);
    expect(lefts).toEqual([...new Set(lefts)].sort((a, b) => a - b));
  });
});

const isApart = (one: PlacedBox, other: PlacedBox): boolean => isBeside(one, other) || isBeside(other, one);
const isBeside = (one: PlacedBox, other: PlacedBox): boolean =>
  one.left + one.width <= other.left || one.top + one.height <= other.top;
