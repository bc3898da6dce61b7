import { pointerTo } from './pointer.js';
import type { Violation } from './problem.js';

/** Nesting that a body may have. */
const MAX_DEPTH = 64;

/**
 * What no shape may hold, wherever it stands: what Postgres cannot store (NUL, lone surrogates, numbers beyond a double)
 * and what JavaScript would lose (`__proto__`). So that whatever is accepted reads back as it was sent.
 */
export function storabilityViolations(value: unknown, pointer: string, depth = 0): readonly Violation[] {
  if (typeof value === 'string') return textViolations(value, pointer);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? [] : [{ pointer, detail: 'Is too large a number.' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (depth === MAX_DEPTH) return [{ pointer, detail: `Is nested deeper than ${MAX_DEPTH}.` }];
  return Object.entries(value).flatMap(([key, member]) => {
    const below = pointerTo([key], pointer);
    return [...keyViolations(key, below), ...storabilityViolations(member, below, depth + 1)];
  });
}

function keyViolations(key: string, pointer: string): readonly Violation[] {
  return key === '__proto__' ? [{ pointer, detail: 'Is not a known field.' }] : textViolations(key, pointer);
}

function textViolations(text: string, pointer: string): readonly Violation[] {
  if (text.includes('\u0000'))
    return [{ pointer: pointer.replaceAll('\u0000', '\uFFFD'), detail: 'Must not hold NUL.' }];
  if (!text.isWellFormed()) return [{ pointer: pointer.toWellFormed(), detail: 'Must not hold half a character.' }];
  return [];
}
