import type { Answer } from '../answer.js';
import { jsonAnswer } from '../json-api.js';
import type { Resource } from './present.js';

/** Items of a page unless asked otherwise, and at most (HashiCorp, "API docs", pagination). */
const DEFAULT_SIZE = 20;
const LARGEST_SIZE = 100;

/** One page of a list, as `page[number]` and `page[size]` ask for it. */
export function pageAnswer(path: string, query: URLSearchParams, all: readonly Resource[]): Answer {
  const size = Math.min(LARGEST_SIZE, numberIn(query, 'page[size]') ?? DEFAULT_SIZE);
  const number = numberIn(query, 'page[number]') ?? 1;
  const pages = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number): string => `${path}?page%5Bnumber%5D=${to}&page%5Bsize%5D=${size}`;
  const previous = number > 1 ? number - 1 : null;
  const next = number < pages ? number + 1 : null;
  return jsonAnswer(200, {
    data: all.slice((number - 1) * size, number * size),
    links: {
      self: link(number),
      first: link(1),
      prev: previous === null ? null : link(previous),
      next: next === null ? null : link(next),
      last: link(pages),
    },
    meta: {
      pagination: {
        'current-page': number,
        'page-size': size,
        'prev-page': previous,
        'next-page': next,
        'total-pages': pages,
        'total-count': all.length,
      },
    },
  });
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const value = Number(query.get(name) ?? Number.NaN);
  return Number.isInteger(value) && value >= 1 ? value : null;
}
