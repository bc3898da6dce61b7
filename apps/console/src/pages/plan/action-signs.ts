import type { Action } from './plan-changes.js';

/** What becomes of a resource, by shape and colour. */
export const SIGNS: Readonly<Record<Action, readonly [sign: string, tone: 'good' | 'warn' | 'bad' | 'quiet']>> = {
  create: ['+', 'good'],
  update: ['~', 'warn'],
  replace: ['±', 'bad'],
  delete: ['−', 'bad'],
  import: ['⇣', 'quiet'],
  read: ['<', 'quiet'],
  forget: ['×', 'quiet'],
};

/** The tone of what is worst among several. */
export function toneOf(actions: readonly Action[]): 'good' | 'warn' | 'bad' | 'quiet' {
  const tones = new Set(actions.map((action) => SIGNS[action][1]));
  return (['bad', 'warn', 'good'] as const).find((tone) => tones.has(tone)) ?? 'quiet';
}
