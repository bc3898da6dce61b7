import { Button, Group, Text } from '@mantine/core';
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { SIGNS, toneOf } from './action-signs.js';
import { ACTIONS, type PlanChange } from './plan-changes.js';
import { nameOf, planGraph, type GraphEdge, type Reference } from './plan-graph.js';
import { layOut, type PlacedBox } from './plan-layout.js';
import classes from './PlanGraph.module.css';

/** Boxes that are drawn without being asked for. */
const MOST = 150;

interface PlanGraphProps {
  readonly changes: readonly PlanChange[];
  readonly references: readonly Reference[];
}

/** What a plan changes and what refers to what, module by module: a module is opened to see what is in it. */
export function PlanGraph({ changes, references }: PlanGraphProps): ReactNode {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setIsAsked] = useState(false);
  const graph = useMemo(() => planGraph(changes, references, opened), [changes, references, opened]);
  const close = (module: string): void => {
    setOpened(new Set([...opened].filter((one) => one !== module && !one.startsWith(`${module}.`))));
  };
  return (
    <>
      <Group gap="xs" mb="xs">
        <Text fz="xs" c="dimmed">
          An arrow leads from what is referred to, to what refers to it; only resources that change are drawn.
        </Text>
        {[...opened].map((module) => (
          <Button
            key={module}
            size="compact-xs"
            variant="default"
            onClick={() => {
              close(module);
            }}
          >
            Close {module}
          </Button>
        ))}
      </Group>
      {graph.nodes.length > MOST && !isAsked ? (
        <Group>
          <Text>{graph.nodes.length} boxes are hard to read and slow to draw. The list has all of them.</Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setIsAsked(true);
            }}
          >
            Draw them
          </Button>
        </Group>
      ) : (
        <Drawn
          graph={graph}
          onOpen={(module) => {
            setOpened(new Set([...opened, module]));
          }}
        />
      )}
    </>
  );
}

interface DrawnProps {
  readonly graph: ReturnType<typeof planGraph>;
  readonly onOpen: (module: string) => void;
}

function Drawn({ graph, onOpen }: DrawnProps): ReactNode {
  const placed = useMemo(() => layOut(graph), [graph]);
  const [lit, setLit] = useState<string | null>(null);
  const { width, height, boxes, arrows } = placed;
  return (
    <div className={classes.scroll}>
      <svg
        className={classes.picture}
        width={width}
        height={height}
        role="group"
        aria-label="Graph of the plan changes"
      >
        <defs>
          <marker id="plan-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path className={classes.head} d="M0,0L8,4L0,8z" />
          </marker>
        </defs>
        {arrows.map(({ from, to, path }) => (
          <path
            key={`${from} ${to}`}
            className={classes.arrow}
            data-lit={lit === from || lit === to}
            d={path}
            markerEnd="url(#plan-arrow)"
          />
        ))}
        {boxes.map((box) => (
          <Box key={box.id} box={box} edges={graph.edges} onOpen={onOpen} onLit={setLit} />
        ))}
      </svg>
    </div>
  );
}

interface BoxProps {
  readonly box: PlacedBox;
  readonly edges: readonly GraphEdge[];
  readonly onOpen: (module: string) => void;
  readonly onLit: (id: string | null) => void;
}

function Box({ box, edges, onOpen, onLit }: BoxProps): ReactNode {
  const { id, kind, left, top, width, height, text, counts } = box;
  const actions = ACTIONS.filter((action) => counts[action] !== undefined);
  const name = nameOf(box, edges);
  const open = (): void => {
    if (kind === 'module') onOpen(id);
  };
  return (
    <g
      className={classes.box}
      data-kind={kind}
      role={kind === 'module' ? 'button' : 'img'}
      aria-label={kind === 'module' ? `Open ${name}` : name}
      tabIndex={0}
      onClick={open}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        open();
      }}
      onFocus={() => {
        onLit(id);
      }}
      onBlur={() => {
        onLit(null);
      }}
      onMouseEnter={() => {
        onLit(id);
      }}
      onMouseLeave={() => {
        onLit(null);
      }}
    >
      <title>{name}</title>
      <rect x={left} y={top} width={width} height={height} rx={5} data-tone={toneOf(actions)} />
      <text className={classes.sign} data-tone={toneOf(actions)} x={left + 9} y={top + height / 2 + 4}>
        {actions.length === 1 ? SIGNS[actions[0] ?? 'read'][0] : '∗'}
      </text>
      <text x={left + 24} y={top + height / 2 + 4}>
        {text}
      </text>
    </g>
  );
}
