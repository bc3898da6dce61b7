import { retryAfterMs } from './retry-after.js';

const NOW = 'Wed, 21 Oct 2026 07:28:00 GMT';

it.each([
  ['5', 5_000],
  ['0', 0],
  ['3600', 3_600_000],
  ['99999999999999999999', 86_400_000],
  ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ['Wed, 21 Oct 2099 07:27:00 GMT', 86_400_000],
  ['-5', null],
  ['5s', null],
  ['', null],
  ['tomorrow', null],
  ['2026-10-21', null],
  ['Xxx, 99 Yyy 2026 07:28:30 GMT', null],
])('reads %j', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

it('is null without the header', () => {
  expect(retryAfterMs(null, NOW)).toBeNull();
});

it('takes our own clock when the server names none', () => {
  expect(retryAfterMs('Wed, 21 Oct 2099 07:28:30 GMT', null)).toBe(86_400_000);
});
