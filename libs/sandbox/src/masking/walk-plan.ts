import { BYTE, JsonScanner, openPlanFile, rootMembers } from '@rungate/checks';
import { closeSync } from 'node:fs';

/** What a value is that is taken whole. */
export type LeafTag =
  | 'value'
  /** A member of a module or of another part whose members the format names: `address`, `source`. */
  | 'member'
  /** `format_version`. */
  | 'header'
  /** `variables.x` of the plan: `{ value }`. */
  | 'root_variable'
  /** `variables.x` of a module's configuration: may say `sensitive`. */
  | 'config_variable'
  /** `expressions` of a module call: the module's variables by name. */
  | 'call_inputs';

/** A value that is small enough to be held: a resource, an output, a variable. */
export interface Leaf {
  readonly tag: LeafTag;
  /** Name of the member; empty for elements of arrays. */
  readonly name: string;
  /** Module calls around it, one JSON pointer; empty in the root module. */
  readonly scope: string;
  /** Its text, until the next leaf. */
  readonly bytes: Buffer;
  parse(): unknown;
}

/** Receives a plan in order: what `structure` and the leaves' bytes say is the same document again. */
export interface PlanVisitor {
  /** A member of the top object, before what it holds. */
  root(name: string): void;
  structure(text: string): void;
  leaf(leaf: Leaf): void;
}

type Shape = LeafTag | Container;
interface Container {
  readonly members?: Readonly<Record<string, ShapeName>>;
  /** Every member or element that is not named. */
  readonly others: ShapeName;
  /** Its members are calls of modules: their names make the scope. */
  readonly calls?: true;
}

/**
 * What is descended into, because it grows with the plan, and what is taken whole (Terraform, internal/command/jsonplan,
 * jsonstate and jsonconfig).
 */
const SHAPES = {
  value: 'value',
  member: 'member',
  header: 'header',
  rootVariable: 'root_variable',
  configVariable: 'config_variable',
  callInputs: 'call_inputs',
  each: { others: 'value' },
  rootVariables: { others: 'rootVariable' },
  state: { members: { root_module: 'stateModule', outputs: 'each', values: 'state' }, others: 'member' },
  stateModule: { members: { resources: 'each', child_modules: 'stateModules' }, others: 'member' },
  stateModules: { others: 'stateModule' },
  configuration: { members: { root_module: 'configModule', provider_config: 'each' }, others: 'member' },
  configModule: {
    members: { resources: 'each', outputs: 'each', variables: 'configVariables', module_calls: 'calls' },
    others: 'member',
  },
  configVariables: { others: 'configVariable' },
  calls: { others: 'call', calls: true },
  call: { members: { module: 'configModule', expressions: 'callInputs' }, others: 'member' },
} as const satisfies Record<string, LeafTag | { members?: Record<string, string>; others: string; calls?: true }>;
type ShapeName = keyof typeof SHAPES;

const ROOT: Readonly<Record<string, ShapeName>> = {
  format_version: 'header',
  variables: 'rootVariables',
  planned_values: 'state',
  prior_state: 'state',
  configuration: 'configuration',
};

interface Place {
  readonly shape: ShapeName;
  readonly name: string;
  readonly scope: string;
  /** Levels that are open around it. */
  readonly depth: number;
}

/** Visits every value of the plan in a file. @throws PlanError */
export function walkPlan(path: string, visitor: PlanVisitor): void {
  const fd = openPlanFile(path);
  try {
    const scanner = new JsonScanner(fd);
    let separator = '{';
    for (const name of rootMembers(scanner)) {
      visitor.root(name);
      visitor.structure(`${separator}${JSON.stringify(name)}:`);
      visit(scanner, visitor, { shape: lookUp(ROOT, name) ?? 'each', name, scope: '', depth: 1 });
      separator = ',';
    }
    visitor.structure(separator === '{' ? '{}' : '}');
  } finally {
    closeSync(fd);
  }
}

function visit(scanner: JsonScanner, visitor: PlanVisitor, place: Place): void {
  const shape: Shape = SHAPES[place.shape];
  const byte = scanner.peek();
  if (typeof shape === 'string') takeLeaf(scanner, visitor, place, shape);
  else if (byte === BYTE.openBrace) visitMembers(scanner, visitor, place, shape);
  else if (byte === BYTE.openBracket) visitElements(scanner, visitor, place, shape);
  else takeLeaf(scanner, visitor, place, 'value');
}

function takeLeaf(scanner: JsonScanner, visitor: PlanVisitor, { name, scope, depth }: Place, tag: LeafTag): void {
  const bytes = scanner.takeBytes(depth);
  visitor.leaf({ tag, name, scope, bytes, parse: () => scanner.parse(bytes) });
}

function visitMembers(scanner: JsonScanner, visitor: PlanVisitor, place: Place, shape: Container): void {
  visitor.structure('{');
  if (scanner.enter(BYTE.closeBrace)) {
    let separator = '';
    do {
      const name = scanner.takeName(place.depth + 1);
      visitor.structure(`${separator}${JSON.stringify(name)}:`);
      visit(scanner, visitor, {
        shape: lookUp(shape.members, name) ?? shape.others,
        name,
        scope:
          shape.calls === true ? `${place.scope}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : place.scope,
        depth: place.depth + 1,
      });
      separator = ',';
    } while (scanner.another(BYTE.closeBrace));
  }
  visitor.structure('}');
}

function visitElements(scanner: JsonScanner, visitor: PlanVisitor, place: Place, shape: Container): void {
  visitor.structure('[');
  if (scanner.enter(BYTE.closeBracket)) {
    let separator = '';
    do {
      visitor.structure(separator);
      visit(scanner, visitor, { ...place, shape: shape.others, name: '', depth: place.depth + 1 });
      separator = ',';
    } while (scanner.another(BYTE.closeBracket));
  }
  visitor.structure(']');
}

/** The names come from the plan: only own members count. */
function lookUp(shapes: Readonly<Record<string, ShapeName>> | undefined, name: string): ShapeName | undefined {
  return shapes !== undefined && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}
