import { useParams, useSearch } from '@tanstack/react-router';
import type { z } from 'zod';
import { history } from '../history.js';
import { readSearch, searchAfter } from './search.js';

/** Filters as they stand in the address, and how to change some of them. */
export type Filters<Filter> = readonly [Filter, (changes: Partial<Filter>) => void];

/** Filters live in the address: a link to a page is a link to what it shows. What is no valid filter is dropped. */
export function useFilters<Shape extends z.ZodObject>(shape: Shape): Filters<z.output<Shape>> {
  const search: unknown = useSearch({ strict: false });
  const change = (changes: Partial<z.output<Shape>>): void => {
    history.replace(history.location.pathname + searchAfter(search, changes));
  };
  return [readSearch(shape, search), change];
}

/** The variable parts of the address. */
export function usePathParts<Shape extends z.ZodObject>(shape: Shape): z.output<Shape> {
  return shape.parse(useParams({ strict: false }));
}
