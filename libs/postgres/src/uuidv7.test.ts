import { FixedClock } from '@rungate/run-task/testing';
import { UuidV7 } from './uuidv7.js';

test('ids are UUIDv7 of the moment, unique and rising, also within a millisecond', () => {
  const clock = new FixedClock();
  const ids = new UuidV7(clock);
  const made = Array.from({ length: 10_000 }, () => ids.next());
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
  const [first] = made;
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseInt((first ?? '').replaceAll('-', '').slice(0, 12), 16)).toBe(clock.now().getTime());
});
