import { checkFormatVersion } from '@rungate/checks';
import { hide, hideByMarks, hideConstants, hideMarked, isRecord, type MutableRecord } from './hide-marked.js';
import { mayHoldMark } from './marks.js';
import { collectStrings } from './secret-forms.js';
import { SecretMatcher } from './secret-matcher.js';
import { walkPlan, type Leaf } from './walk-plan.js';

/** What is sensitive in one plan: where it is marked, and which strings may stand nowhere else. */
export interface PlanSecrets {
  /** Leaves with marks, counted in the order of the file. */
  readonly marked: ReadonlySet<number>;
  readonly matcher: SecretMatcher;
  /** Hides what the leaf's own marks and the configuration's `sensitive` variables say. Whether anything was hidden. */
  hideIn(leaf: Leaf, value: unknown): boolean;
}

/**
 * The first of two passes: marks and marked values. Variables are marked by the configuration, which comes after them,
 * so their values are held until the end. @throws PlanError
 */
export function findSecrets(path: string): PlanSecrets {
  const strings = new Set<string>();
  const collect = (value: unknown): void => {
    collectStrings(value, strings);
  };
  const marked = new Set<number>();
  const variables = new VariableMarks();
  const unmarked = new UnmarkedState();
  const roots = new Set<string>();
  let formatVersion: unknown;
  let count = 0;
  walkPlan(path, {
    root: (name) => roots.add(name),
    structure: () => undefined,
    leaf: (leaf) => {
      const value = leaf.parse();
      if (leaf.tag === 'header' && leaf.name === 'format_version') formatVersion = value;
      variables.note(leaf, value);
      unmarked.note(value, count);
      if (mayHoldMark(leaf.bytes) && hideMarked(value, collect)) marked.add(count);
      count++;
    },
  });
  checkFormatVersion(formatVersion, roots);
  variables.hideNoted(collect);
  for (const ordinal of unmarked.sensitive()) marked.add(ordinal);
  const matcher = new SecretMatcher(strings);
  // What is returned holds on to everything here.
  strings.clear();
  return {
    marked,
    matcher,
    hideIn: (leaf, value) => {
      const byMarks = hideMarked(value, ignore);
      const byAddress = unmarked.hide(value);
      return variables.hide(leaf, value, ignore) || byMarks || byAddress;
    },
  };
}

/** Marks of a resource before and after its change, in the shape of its values. */
interface Marks {
  readonly before: unknown;
  readonly after: unknown;
}

/** Terraform 0.15 marks resources only where they change, not in `planned_values` and `prior_state`: the address joins them. */
class UnmarkedState {
  private readonly marks = new Map<string, Marks>();
  /** Resources of one type are marked alike: each shape is held once. */
  private readonly shapes = new Map<string, Marks>();
  private readonly resources: { readonly address: string; readonly ordinal: number }[] = [];

  note(value: unknown, ordinal: number): void {
    if (!isRecord(value) || typeof value.address !== 'string') return;
    const { address, change } = value;
    if (isState(value)) this.resources.push({ address, ordinal });
    if (!isRecord(change)) return;
    const { before_sensitive: before = false, after_sensitive: after = false } = change;
    if (hasMark(before) || hasMark(after)) this.marks.set(address, this.shape({ before, after }));
  }

  private shape(marks: Marks): Marks {
    const text = JSON.stringify(marks);
    const known = this.shapes.get(text) ?? marks;
    this.shapes.set(text, known);
    return known;
  }

  /** The resources that changes mark, in the order of the file. */
  sensitive(): readonly number[] {
    return this.resources.filter(({ address }) => this.marks.has(address)).map(({ ordinal }) => ordinal);
  }

  hide(value: unknown): boolean {
    if (!isRecord(value) || typeof value.address !== 'string' || !isState(value)) return false;
    const marks = this.marks.get(value.address);
    if (marks === undefined) return false;
    const before = hideByMarks(value, 'values', marks.before, ignore);
    return hideByMarks(value, 'values', marks.after, ignore) || before;
  }
}

function isState(value: MutableRecord): boolean {
  return Object.hasOwn(value, 'values') && !Object.hasOwn(value, 'sensitive_values');
}

function hasMark(marks: unknown): boolean {
  if (Array.isArray(marks)) return marks.some(hasMark);
  return isRecord(marks) ? Object.values(marks).some(hasMark) : marks === true;
}

function ignore(): void {
  // The second pass collects nothing.
}

/** Which variables of which module are sensitive, and what is passed to them. */
class VariableMarks {
  private readonly sensitive = new Set<string>();
  private readonly noted: { readonly leaf: Pick<Leaf, 'tag' | 'name' | 'scope'>; readonly value: unknown }[] = [];

  note({ tag, name, scope }: Leaf, value: unknown): void {
    if (tag === 'config_variable' && isRecord(value) && value.sensitive === true)
      this.sensitive.add(variable(scope, name));
    if (tag === 'root_variable' || tag === 'call_inputs') this.noted.push({ leaf: { tag, name, scope }, value });
  }

  hideNoted(hidden: (value: unknown) => void): void {
    for (const { leaf, value } of this.noted) this.hide(leaf, value, hidden);
    this.noted.length = 0;
  }

  hide(
    { tag, name, scope }: Pick<Leaf, 'tag' | 'name' | 'scope'>,
    value: unknown,
    hidden: (value: unknown) => void,
  ): boolean {
    if (!isRecord(value)) return false;
    if (tag === 'root_variable') return this.sensitive.has(variable('', name)) && hide(value, 'value', hidden);
    if (tag !== 'call_inputs') return false;
    const inputs = Object.keys(value).filter((input) => this.sensitive.has(variable(scope, input)));
    return inputs.map((input) => hideConstants(value[input], hidden)).includes(true);
  }
}

function variable(scope: string, name: string): string {
  return `${scope} ${name}`;
}
