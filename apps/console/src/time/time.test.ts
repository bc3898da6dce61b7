import { remainingUntil } from './deadline.js';
import { clockText, durationText } from './duration-text.js';
import { momentText } from './moment-text.js';

const now = new Date('2026-11-20T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);

describe('what is left until a deadline', () => {
  it.each([
    [10 * 60_000, 'calm', '▮▮▮▮', '10:00 left'],
    [7 * 60_000 + 12_000, 'calm', '▮▮▮▯', '7:12 left'],
    [192_000, 'near', '▮▮▯▯', '3:12 left'],
    [48_000, 'at-risk', '⚠ ▮▯▯▯', '0:48 left'],
    [3_600_000, 'calm', '▮▮▮▮', '1:00:00 left'],
    [-20_000, 'missed', '✕', 'missed by 0:20'],
  ] as const)('of %d ms is told by word, shape and text', (ms, urgency, shape, text) => {
    expect(remainingUntil(later(ms), now)).toEqual({ ms, urgency, shape, text });
  });

  it('is missed at the deadline, not after it', () => {
    expect(remainingUntil(now, now).urgency).toBe('missed');
  });
});

describe('spans', () => {
  it.each([
    [0, '0 ms'],
    [412, '412 ms'],
    [38_240, '38.2 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min'],
    [192_000, '3 min 12 s'],
    [3_840_000, '1 h 4 min'],
    [266_400_000, '3 d 2 h'],
    [-5, '0 ms'],
  ])('%d ms are %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    [48_000, '0:48'],
    [3_725_000, '1:02:05'],
    [-1, '0:00'],
  ])('%d ms on a clock are %s', (ms, text) => {
    expect(clockText(ms)).toBe(text);
  });
});

describe('moments', () => {
  it('are told in UTC with its name', () => {
    expect(momentText(now, { style: 'utc', now })).toBe('2026-11-20 12:00:00 UTC');
  });

  it.each([
    [-500, 'now'],
    [-48_900, '48.0 s ago'],
    [-192_000, '3 min ago'],
    [61_000, 'in 1 min'],
  ])('%d ms from now are told as %s', (ms, text) => {
    expect(momentText(later(ms), { style: 'relative', now })).toBe(text);
  });
});
