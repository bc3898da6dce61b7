import { counted } from './counted.js';

it.each([
  [0, 'results', '0 results'],
  [1, 'task results', '1 task result'],
  [1, 'in flight', '1 in flight'],
  [1284, 'organizations', '1,284 organizations'],
])('counts %d %s as "%s"', (count, what, text) => {
  expect(counted(count, what)).toBe(text);
});
