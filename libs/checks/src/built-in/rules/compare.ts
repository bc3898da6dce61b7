/** A single value, as rules and plans write it. */
export type Scalar = string | number | boolean;

/** Whether a value is a text, a number or a boolean. */
export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Texts are compared in one Unicode form, and without their case where the rule says so. */
export function folded(text: string, ignoreCase: boolean): string {
  const normal = text.normalize('NFC');
  return ignoreCase ? normal.toLowerCase() : normal;
}

/** Whether two values are the same, `"80"` and `80` included: providers write numbers as texts and the other way round. */
export function isSame(a: Scalar, b: Scalar, ignoreCase: boolean): boolean {
  const numbers = typeof a === 'number' || typeof b === 'number' ? [toNumber(a), toNumber(b)] : [];
  const [left, right] = numbers;
  if (typeof left === 'number' && typeof right === 'number') return left === right;
  return folded(String(a), ignoreCase) === folded(String(b), ignoreCase);
}

/** A number, also one that is written as a text; null for anything else. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : null;
}

/** Whether nothing is in a value that is there: a blank text, an empty list, an empty map. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
