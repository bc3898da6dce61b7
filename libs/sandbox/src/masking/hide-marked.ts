import { MASK } from '@rungate/checks';

/** Members that mark, and the member whose values they mark (Terraform, internal/command/jsonplan and jsonstate). */
const MARKS: readonly (readonly [marks: string, values: string])[] = [
  ['before_sensitive', 'before'],
  ['after_sensitive', 'after'],
  ['sensitive_values', 'values'],
  ['config_sensitive', 'config_values'],
];

/** Members that hold what people and providers wrote: whatever looks like a mark in there is none. */
export const USER_DATA: ReadonlySet<string> = new Set([
  ...MARKS.flat(),
  'value',
  'default',
  'constant_value',
  'after_unknown',
  'config_unknown',
  'before_identity',
  'after_identity',
  'identity',
]);

/** An object of a plan that masking may change. */
export type MutableRecord = Record<string, unknown>;

/**
 * Puts the mask in the place of every marked value below `node`, and hands each such value to `hidden`. What is null
 * stays: there is nothing to hide, and an attribute that is unset shall be seen as such. Whether anything was hidden.
 */
export function hideMarked(node: unknown, hidden: (value: unknown) => void): boolean {
  if (Array.isArray(node)) return node.map((element) => hideMarked(element, hidden)).includes(true);
  if (!isRecord(node)) return false;
  let any = hideOwn(node, hidden);
  for (const [name, value] of Object.entries(node)) {
    if (!USER_DATA.has(name)) any = hideMarked(value, hidden) || any;
  }
  return any;
}

/** Hides `holder[key]`, whatever it is. */
export function hide(holder: MutableRecord, key: string, hidden: (value: unknown) => void): boolean {
  const value = holder[key];
  if (!Object.hasOwn(holder, key) || value === null || value === MASK) return false;
  hidden(value);
  holder[key] = MASK;
  return true;
}

/** Hides the constants of an expression of the configuration. */
export function hideConstants(expression: unknown, hidden: (value: unknown) => void): boolean {
  if (Array.isArray(expression)) return expression.map((part) => hideConstants(part, hidden)).includes(true);
  if (!isRecord(expression)) return false;
  const own = hide(expression, 'constant_value', hidden);
  return Object.values(expression).reduce<boolean>((any, part) => hideConstants(part, hidden) || any, own);
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is MutableRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hideOwn(node: MutableRecord, hidden: (value: unknown) => void): boolean {
  // Outputs, and variables of a configuration.
  const declared = node.sensitive === true && hideDeclared(node, hidden);
  return MARKS.reduce<boolean>(
    (any, [marks, values]) => (Object.hasOwn(node, marks) && hideByMarks(node, values, node[marks], hidden)) || any,
    declared,
  );
}

function hideDeclared(node: MutableRecord, hidden: (value: unknown) => void): boolean {
  const value = hide(node, 'value', hidden);
  const preset = hide(node, 'default', hidden);
  return hideConstants(node.expression, hidden) || value || preset;
}

/** Hides in `holder[key]` what is marked. Marks have its shape, with `true` where a value or a whole subtree is sensitive. */
export function hideByMarks(
  holder: MutableRecord,
  key: string,
  marks: unknown,
  hidden: (value: unknown) => void,
): boolean {
  if (marks === true) return hide(holder, key, hidden);
  const value = holder[key];
  if (Array.isArray(marks) && Array.isArray(value)) {
    return marks.map((mark, index) => hideElement(value, index, mark, hidden)).includes(true);
  }
  if (!isRecord(marks) || !isRecord(value)) return false;
  return Object.entries(marks).reduce<boolean>(
    (any, [name, mark]) => (Object.hasOwn(value, name) && hideByMarks(value, name, mark, hidden)) || any,
    false,
  );
}

function hideElement(list: unknown[], index: number, mark: unknown, hidden: (value: unknown) => void): boolean {
  if (index >= list.length) return false;
  const cell: MutableRecord = { element: list[index] };
  const any = hideByMarks(cell, 'element', mark, hidden);
  list[index] = cell.element;
  return any;
}
