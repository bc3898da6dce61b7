import { LISTED_REFERENCES, type PlanReference, type PlannedChange } from '@rungate/run-task';
import { asRecord } from './plan-change.js';

/** Expressions and modules that are looked at for one plan: a hostile configuration ends here, a real one never. */
const STEPS = 100_000;
/** Variables and outputs between two resources. */
const DEPTH = 100;
/** Characters of an address that is read. */
const TEXT = 500;

/**
 * Which changed resources refer to which, by the configuration of a plan: directly, or through variables and outputs of
 * modules. References are of the configuration, so a resource with many instances is its first one in `items`.
 * What goes through `locals`, data sources and resources that stay is not known: Terraform does not write the first.
 */
export function referencesAmong(
  items: readonly PlannedChange[],
  configuration: Readonly<Record<string, unknown>> | null,
): readonly PlanReference[] {
  const root = asRecord(own(configuration, 'root_module'));
  return root === null || items.length < 2 ? [] : new References(items).of(root);
}

/** The address of a resource in the configuration: without the keys of its instances. */
function configuredAddress(address: string): string {
  // Nearly all have none.
  if (!address.includes('[')) return address;
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}

/** Such as `aws_vpc.main`, `var.cidr`, `module.net.id`. */
function partsOf(reference: string): { readonly kind: string; readonly name: string; readonly output: string } {
  const [kind = '', name = '', output = ''] = configuredAddress(reference).split('.');
  return { kind, name, output };
}

type Entry = Readonly<Record<string, unknown>>;

/** A module as it is called at one place. */
interface Scope {
  /** Such as `module.net.`; empty for the root module. */
  readonly prefix: string;
  readonly module: Entry;
  readonly call: { readonly from: Scope; readonly inputs: Entry } | null;
}

/** The resource whose references are followed. */
interface Source {
  readonly from: number;
  readonly depth: number;
  readonly seen: Set<string>;
}

class References {
  readonly #positions = new Map<string, number>();
  readonly #found = new Map<string, PlanReference>();
  #steps = 0;

  constructor(items: readonly PlannedChange[]) {
    items.forEach(({ address }, position) => {
      const configured = configuredAddress(address);
      if (!this.#positions.has(configured)) this.#positions.set(configured, position);
    });
  }

  of(root: Entry): readonly PlanReference[] {
    this.#readModule({ prefix: '', module: root, call: null });
    return [...this.#found.values()];
  }

  #isOver(): boolean {
    return ++this.#steps > STEPS || this.#found.size >= LISTED_REFERENCES;
  }

  #readModule(scope: Scope): void {
    for (const resource of entriesOf(own(scope.module, 'resources'))) {
      if (this.#isOver()) return;
      const from = this.#positions.get(scope.prefix + text(own(resource, 'address')));
      if (from === undefined) continue;
      const { expressions, count_expression, for_each_expression, depends_on } = resource;
      const named = this.#named([expressions, count_expression, for_each_expression, { references: depends_on }]);
      this.#follow(named, scope, { from, depth: 0, seen: new Set() });
    }
    for (const name of Object.keys(asRecord(own(scope.module, 'module_calls')) ?? {})) {
      if (this.#isOver()) return;
      const inner = called(scope, name);
      if (inner !== null) this.#readModule(inner);
    }
  }

  /** Whatever stands in `references`, however deep in blocks. */
  #named(expression: unknown): readonly string[] {
    if (typeof expression !== 'object' || expression === null || this.#isOver()) return [];
    return Object.entries(expression).flatMap(([name, inner]: [string, unknown]) => {
      if (name !== 'references' || !Array.isArray(inner)) return this.#named(inner);
      this.#steps += inner.length;
      return inner.flatMap((reference) => (typeof reference === 'string' ? text(reference) : this.#named(reference)));
    });
  }

  #follow(named: readonly string[], scope: Scope, source: Source): void {
    if (source.depth > DEPTH) return;
    for (const reference of named) {
      const { kind, name, output } = partsOf(reference);
      const place = `${scope.prefix}${kind}.${name}.${kind === 'module' ? output : ''}`;
      if (source.seen.has(place)) continue;
      if (this.#isOver()) return;
      source.seen.add(place);
      const further = { ...source, depth: source.depth + 1 };
      if (kind === 'var') this.#followInput(name, scope, further);
      else if (kind === 'module') this.#followOutput(called(scope, name), output, further);
      else this.#note(source.from, this.#positions.get(`${scope.prefix}${kind}.${name}`));
    }
  }

  /** What a module is called with. */
  #followInput(name: string, { call }: Scope, source: Source): void {
    if (call !== null) this.#follow(this.#named(own(call.inputs, name)), call.from, source);
  }

  /** Terraform names the module beside each of its outputs. */
  #followOutput(inner: Scope | null, name: string, source: Source): void {
    if (inner === null) return;
    const output = asRecord(own(asRecord(own(inner.module, 'outputs')), name));
    this.#follow(this.#named(own(output, 'expression')), inner, source);
  }

  #note(from: number, to: number | undefined): void {
    if (to !== undefined && to !== from) this.#found.set(`${from} ${to}`, { from, to });
  }
}

function called(from: Scope, name: string): Scope | null {
  const call = asRecord(own(asRecord(own(from.module, 'module_calls')), name));
  const module = asRecord(own(call, 'module'));
  if (module === null) return null;
  const inputs = asRecord(own(call, 'expressions')) ?? {};
  return { prefix: `${from.prefix}module.${name}.`, module, call: { from, inputs } };
}

function entriesOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.map(asRecord).filter((entry) => entry !== null) : [];
}

/** The names come from the plan: only own members count. */
function own(record: Entry | null, name: string): unknown {
  return record !== null && Object.hasOwn(record, name) ? record[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, TEXT) : '';
}
