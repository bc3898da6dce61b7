import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from '../harness/checkout.js';
import { FAULT_ROWS, OPEN_ROWS } from './rows.js';
import { SCENARIOS } from './scenarios/all.js';

const names = SCENARIOS.map(({ name }) => name);

it('every fault of the table is told by a scenario or by another test', () => {
  const untold = FAULT_ROWS.filter(({ scenarios, elsewhere }) => scenarios.length + elsewhere.length === 0);
  expect(untold).toEqual([]);
});

it('every scenario that it names exists, and every scenario tells a fault of the table', () => {
  const told = FAULT_ROWS.flatMap(({ scenarios }) => scenarios);
  expect(told.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => !told.includes(name))).toEqual([]);
});

it.each(FAULT_ROWS.flatMap(({ elsewhere }) => elsewhere))('$file tells: $words', ({ file, words }) => {
  expect(readFileSync(path.join(CHECKOUT, file), 'utf8')).toContain(words);
});

it('the faults of the queue are told on Redis and on Postgres as the queue', () => {
  const told = FAULT_ROWS.filter(({ area }) => area === 'queue').flatMap(({ scenarios }) => scenarios);
  const onOne = SCENARIOS.filter(({ name, queues }) => told.includes(name) && queues.length < 2);
  expect(onOne).toEqual([]);
});

it('no two scenarios have one name', () => {
  expect(new Set(names).size).toBe(names.length);
});

it('what nobody tells yet is named with its reason, and is told by nobody', () => {
  const told = new Set(FAULT_ROWS.map(({ fault }) => fault));
  expect(OPEN_ROWS.filter(({ fault, why }) => told.has(fault) || why.length < 20)).toEqual([]);
});
