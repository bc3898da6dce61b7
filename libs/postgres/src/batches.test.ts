import { setTimeout as sleep } from 'node:timers/promises';
import { Batches } from './batches.js';

/** Statements that are under way until the test ends them. */
class Statements {
  readonly batches: (readonly number[])[] = [];
  readonly #ends: ((error?: Error) => void)[] = [];

  readonly doBatch = (items: readonly number[]): Promise<readonly string[]> => {
    this.batches.push(items);
    return new Promise((resolve, reject) => {
      this.#ends.push((error) => {
        if (error === undefined) resolve(items.map((item) => `answer ${item}`));
        else reject(error);
      });
    });
  };

  async end(error?: Error): Promise<void> {
    this.#ends.shift()?.(error);
    await sleep(0);
  }
}

function dataError(): Error {
  return Object.assign(new Error('invalid input'), { code: '22P02' });
}

test('an item goes at once when nothing is under way', async () => {
  const statements = new Statements();
  const answer = new Batches(statements.doBatch).add(1);
  expect(statements.batches).toEqual([[1]]);
  await statements.end();
  await expect(answer).resolves.toBe('answer 1');
});

test('what arrives while two statements are under way shares the next one, in its order', async () => {
  const statements = new Statements();
  const batches = new Batches(statements.doBatch);
  const answers = [1, 2, 3, 4, 5].map((item) => batches.add(item));
  expect(statements.batches).toEqual([[1], [2]]);
  await statements.end();
  expect(statements.batches).toEqual([[1], [2], [3, 4, 5]]);
  await statements.end();
  await statements.end();
  await expect(Promise.all(answers)).resolves.toEqual([1, 2, 3, 4, 5].map((item) => `answer ${item}`));
});

test('a statement takes 64 items at most', async () => {
  const statements = new Statements();
  const batches = new Batches(statements.doBatch);
  for (let item = 0; item < 80; item++) void batches.add(item);
  await statements.end();
  expect(statements.batches.map((batch) => batch.length)).toEqual([1, 1, 64]);
});

test('an item that the database cannot take fails alone', async () => {
  const doBatch = (items: readonly number[]): Promise<readonly number[]> =>
    items.includes(4) ? Promise.reject(dataError()) : Promise.resolve(items);
  const batches = new Batches(doBatch);
  const settled = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batches.add(item)));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('a database that is away fails the whole statement, once', async () => {
  const statements = new Statements();
  const batches = new Batches(statements.doBatch);
  const answers = [1, 2, 3, 4].map((item) => batches.add(item));
  const settled = Promise.allSettled(answers);
  await statements.end();
  await statements.end();
  await statements.end(new Error('connection lost'));
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(statements.batches).toEqual([[1], [2], [3, 4]]);
});

test('what waits too long for its turn is refused and never done; what came later is done', async () => {
  const statements = new Statements();
  let now = 0;
  const batches = new Batches(statements.doBatch, () => now);
  const settled = Promise.allSettled([1, 2, 3].map((item) => batches.add(item)));
  now = 1_001;
  const later = batches.add(4);
  await statements.end();
  expect(statements.batches).toEqual([[1], [2], [4]]);
  await statements.end();
  await statements.end();
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await expect(later).resolves.toBe('answer 4');
});

test('when too many wait already the next one is refused at once', async () => {
  const batches = new Batches(new Statements().doBatch);
  for (let item = 0; item < 2 + 2_048; item++) void batches.add(item);
  await expect(batches.add(-1)).rejects.toThrow('Too many wait');
});

test('too few answers are an error, never a wrong answer', async () => {
  const batches = new Batches<number, string>(() => Promise.resolve([]));
  await expect(batches.add(1)).rejects.toThrow('fewer answers');
});
